"""Provinces, cities and countries that a question may name without capitals, as tone keys."""

from __future__ import annotations

from rag.facts import keys

_PROVINCES = """An Giang|Bà Rịa|Vũng Tàu|Bạc Liêu|Bắc Giang|Bắc Kạn|Bắc Ninh|Bến Tre|Bình Dương
Bình Định|Bình Phước|Bình Thuận
Cà Mau|Cao Bằng|Cần Thơ|Đà Nẵng|Đắk Lắk|Đắk Nông|Điện Biên|Đồng Nai|Đồng Tháp|Gia Lai|Hà Giang|Hà Nam|Hà Nội
Hà Tĩnh|Hải Dương|Hải Phòng|Hậu Giang|Hòa Bình|Hồ Chí Minh|Hưng Yên|Khánh Hòa|Kiên Giang|Kon Tum|Lai Châu
Lạng Sơn|Lào Cai|Lâm Đồng|Long An|Nam Định|Nghệ An|Ninh Bình|Ninh Thuận|Phú Thọ|Phú Yên|Quảng Bình|Quảng Nam
Quảng Ngãi|Quảng Ninh|Quảng Trị|Sóc Trăng|Sơn La|Tây Ninh|Thái Bình|Thái Nguyên|Thanh Hóa|Thừa Thiên Huế
Tiền Giang|Trà Vinh|Tuyên Quang|Vĩnh Long|Vĩnh Phúc|Yên Bái"""
_COUNTRIES = """Trung Quốc|Hoa Kỳ|Nhật Bản|Hàn Quốc|Triều Tiên|Thái Lan|Campuchia|Myanmar|Indonesia|Malaysia|Singapore
Philippines|Ấn Độ|Australia|Canada|Ukraine|Cuba|Brazil|Italia|Tây Ban Nha|Thổ Nhĩ Kỳ|Nam Sudan|Kenya|Ai Cập
Israel|Iran|Iraq|Đài Loan|Hồng Kông"""

PROVINCE_NAMES = tuple(_PROVINCES.replace("\n", "|").split("|"))
COUNTRY_NAMES = tuple(_COUNTRIES.replace("\n", "|").split("|"))
PLACE_NAMES = (*PROVINCE_NAMES, *COUNTRY_NAMES)
"""As written."""
PLACES = tuple(keys(place) for place in PLACE_NAMES)
"""Compared case by case with the syllables of a question; none is an ordinary Vietnamese word pair."""
