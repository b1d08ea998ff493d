"""What the figures are called in the report, and how each is written."""

from __future__ import annotations

from collections.abc import Callable

from rag.evaluation.bootstrap import Figure

GROUPS = {
    "retrieval": "Tìm kiếm (câu hỏi trả lời được)",
    "answers": "Câu trả lời",
    "citations": "Trích dẫn",
    "refusal": "Từ chối",
    "confidence": "Độ tin cậy",
    "time": "Thời gian (giây)",
    "machine": "Bộ nhớ và tốc độ nạp",
}
FIGURES = {
    "retrieval.sentence_hit_1": "Câu đúng đứng đầu",
    "retrieval.sentence_hit_5": "Câu đúng trong 5 câu đầu",
    "retrieval.chunk_hit_1": "Đoạn đúng đứng đầu",
    "retrieval.chunk_hit_5": "Đoạn đúng trong 5 đoạn đầu",
    "retrieval.chunk_hit_10": "Đoạn đúng trong 10 đoạn đầu",
    "retrieval.chunk_mrr_10": "MRR@10",
    "retrieval.chunk_ndcg_10": "nDCG@10",
    "answers.contains": "Chứa đáp án (câu trả lời được)",
    "answers.token_f1": "F1 theo từ của câu trả lời ngắn (câu trả lời được)",
    "answers.squad2_f1": "F1 kiểu SQuAD 2 (mọi câu)",
    "answers.squad2_f1_always_refuse": "— mức sàn: luôn từ chối",
    "answers.squad2_f1_never_refuse": "— mức sàn: không bao giờ từ chối",
    "citations.validity": "Khớp từng ký tự với văn bản",
    "citations.precision": "Độ chính xác (trúng bằng chứng)",
    "citations.recall": "Độ phủ (câu hỏi có trích dẫn trúng)",
    "citations.unsupported_shown": "Ý không được chứng minh mà vẫn hiện",
    "refusal.recall": "Từ chối đúng (câu không có lời đáp)",
    "refusal.false_refusals": "Từ chối nhầm (câu trả lời được)",
    "refusal.wrong_and_confident": "Sai mà vẫn trả lời (trên mọi câu)",
    "refusal.wrong_of_answered": "Sai mà vẫn trả lời (trên các câu đã trả lời)",
    "confidence.right": "Quyết định đúng (trả lời đúng hoặc từ chối đúng)",
    "confidence.aurc": "Diện tích dưới đường rủi ro – độ phủ (AURC, càng nhỏ càng tốt)",
    "confidence.auroc": "Phân biệt đúng với sai (AUROC)",
    "confidence.ece": "Sai số hiệu chỉnh (ECE, mười nhóm bằng nhau, càng nhỏ càng tốt)",
    "confidence.brier": "Điểm Brier (càng nhỏ càng tốt)",
    "time.search_p50": "Tìm kiếm, trung vị",
    "time.search_p95": "Tìm kiếm, p95",
    "time.evidence_p50": "Bằng chứng đầu tiên, trung vị",
    "time.evidence_p95": "Bằng chứng đầu tiên, p95",
    "time.first_token_p50": "Chữ đầu tiên, trung vị",
    "time.first_token_p95": "Chữ đầu tiên, p95",
    "time.total_p50": "Cả câu trả lời, trung vị",
    "time.total_p95": "Cả câu trả lời, p95",
    "machine.peak_memory_mib": "Bộ nhớ lúc cao nhất (MiB)",
    "machine.index_documents_per_s": "Tài liệu nạp mỗi giây",
    "machine.index_kchars_per_s": "Nghìn ký tự nạp mỗi giây",
}
TYPE_FIGURES = {
    "right": "Đúng",
    "refused": "Từ chối",
    "contains": "Chứa đáp án",
    "f1": "F1",
    "citation_precision": "Trích dẫn chính xác",
    "citation_recall": "Trích dẫn phủ",
}
_DECIMAL = {
    "retrieval.chunk_mrr_10",
    "retrieval.chunk_ndcg_10",
    "confidence.aurc",
    "confidence.auroc",
    "confidence.ece",
    "confidence.brier",
}


def number(value: float, digits: int) -> str:
    """With the Vietnamese decimal comma."""
    return f"{value:.{digits}f}".replace(".", ",")


def written(path: str, figure: Figure) -> str:
    """The value of a figure as its kind is written, or a dash."""
    return "–" if figure.value is None else _writer(path)(figure.value)


def interval(path: str, figure: Figure) -> str:
    """The 95 % interval as its kind is written, empty where there is none."""
    if figure.low is None or figure.high is None:
        return ""
    write = _writer(path)
    return f"{write(figure.low)} … {write(figure.high)}"


def _writer(path: str) -> Callable[[float], str]:
    if path.startswith("time."):
        return lambda value: number(value, 2)
    if path.startswith("machine."):
        return lambda value: number(value, 1)
    if path in _DECIMAL:
        return lambda value: number(value, 3)
    return lambda value: f"{number(100 * value, 1)} %"
