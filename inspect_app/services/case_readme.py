"""What stands in a case file for its reader, in Vietnamese and English."""

README = """\
HỒ SƠ ĐIỆN TỬ CỦA CUỘC KIỂM TRA {number}
=========================================

Tệp này chứa toàn bộ dữ kiện mà máy của đoàn kiểm tra đã ghi, ảnh gốc từng byte, phiếu kiểm tra đúng bản đã
dùng, nhật ký
của máy chủ và các chữ ký số, để ai cũng kiểm tra được mà không cần tin vào máy chủ.

Cách kiểm tra
1. Lấy chương trình case_verify.py từ nguồn KHÔNG do bên đưa hồ sơ cung cấp: kho mã nguồn công bố của phần mềm,
   cơ quan
   giám định, hoặc bản mình đã giữ từ trước. Chương trình cố ý KHÔNG nằm trong tệp này: bên bị nghi ngờ không
   thể đưa kèm
   người kiểm tra. Máy chủ cũng cho tải tại địa chỉ /verify/case_verify.py để đối chiếu.
2. Cài Python 3.11 trở lên và thư viện cryptography:  pip install cryptography
3. Lấy khóa công khai của máy chủ (hoặc tên khóa, 43 ký tự) từ nơi độc lập với tệp này: văn bản công bố của cơ
   quan, hoặc
   biên nhận trên máy của đoàn. Tên khóa đã ký tệp này: {key}
4. Chạy:  python case_verify.py TỆP.zip --key=KHÓA
   Nếu được giao gốc ngày (chuỗi 64 ký tự in trên giấy hoặc gửi qua thư), thêm:  --root=GỐC
Chương trình không dùng mạng, không ghi gì ra đĩa. Mã kết thúc: 0 khớp, 1 khác, 2 không kiểm tra được.

Kết luận KHỚP nghĩa là: từ khi máy chủ ký tệp này không byte nào bị đổi; dữ kiện đúng như máy chủ đã nhận và máy
của đoàn đã
ký (nếu có ký); ảnh đúng từng byte; nhật ký nối liền và nằm dưới các gốc đã ký.
Kết luận KHÔNG chứng minh: cảnh trong ảnh là thật, định vị là thật, hay người vận hành máy chủ đã không viết lại
tất cả trước
khi gốc ngày được giao ra ngoài. Chỉ gốc ngày mà bên khác đã giữ mới chặn được điều đó.

Trong tệp
  operations.ndjson  mỗi dòng một dữ kiện, đúng như đã nhận; sha256 tính trên dạng chuẩn RFC 8785
  photos/            ảnh gốc, tên tệp là mã băm SHA-256
  remedy.ndjson      (khi đơn vị đã gửi bằng chứng khắc phục) liên kết đã lập, bằng chứng đã nhận, ý kiến trả lời
  proofs/            tệp đơn vị đã gửi, đúng từng byte, tên tệp là mã băm SHA-256
  checklists/        phiếu kiểm tra: .toml bản đã ban hành, .json như hiện trên máy
  seals.ndjson       chữ ký của máy (ECDSA P-256);   keys.json  khóa công khai của máy
  receipts.ndjson    biên nhận của máy chủ (Ed25519)
  audit.ndjson       các dòng nhật ký liên quan, kèm đường dẫn Merkle (RFC 9162) đến gốc trong roots.json
  case.json          danh sách thành phần với mã băm;   case.sig  chữ ký của máy chủ trên case.json

-----------------------------------------
ELECTRONIC CASE OF INSPECTION {number}

Everything the inspectors' phones recorded, the photos byte for byte, the checklists as used, the server's audit
and the digital
signatures, so that anybody can check it without trusting the server.

1. Get case_verify.py from a source that is NOT the party handing over this file: the published source code, an
   expert, or a copy
   you already have. It is deliberately not in here.
2. Python 3.11 or newer and:  pip install cryptography
3. Get the server's public key, or its 43-character name, independently of this file. This file was signed with
   {key}
4. python case_verify.py FILE.zip --key=KEY [--root=ROOT]
No network, nothing is written. Exit status: 0 agrees, 1 differs, 2 cannot be checked.

It proves that nothing changed since the server signed, and that the facts are those received and sealed. It
does not prove that a
scene or a position was genuine, nor that the operator did not rewrite everything before a daily root left the
house.
"""
