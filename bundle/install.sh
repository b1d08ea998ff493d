#!/bin/sh
# Installs hoidap from this folder, without any network: sh install.sh [FOLDER]
here=$(cd "$(dirname "$0")" && pwd)
for python in ${PYTHON:-python3.11 python3 python}; do
  "$python" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null && exec "$python" -B "$here/install.py" "$@"
done
echo "Lỗi: cần Python 3.11. Hãy cài nó, hoặc chạy PYTHON=/đường/dẫn/python3.11 sh install.sh." >&2
exit 2
