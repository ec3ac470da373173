"""What states, steps, kinds and roles are called on screens and on papers."""

from collections.abc import Mapping

REMEDY: Mapping[str, str] = {
    "awaiting-leader": "Chờ Trưởng đoàn xác nhận",
    "recorded": "Đã ghi vào biên bản kiểm tra",
    "remedy-requested": "Đã yêu cầu khắc phục",
    "remedying": "Đang khắc phục",
    "reported": "Đã báo cáo khắc phục",
    "awaiting-reinspection": "Chờ phúc tra",
    "remedied": "Đã khắc phục",
    "partly-remedied": "Khắc phục một phần",
    "not-remedied": "Không khắc phục",
    "closed": "Đã đóng",
    "cancelled": "Hủy",
}
SANCTION: Mapping[str, str] = {
    "none": "Không đề xuất xử phạt",
    "proposed": "Đề xuất xử phạt",
    "referred": "Đã chuyển hồ sơ",
    "record-drawn": "Đã lập biên bản VPHC",
    "explanation": "Giải trình",
    "decided": "Đã ra quyết định",
    "executing": "Đang thi hành",
    "executed": "Đã thi hành",
    "enforced": "Cưỡng chế",
    "reduced": "Hoãn, giảm, miễn",
    "ended": "Kết thúc",
    "no-sanction": "Không xử phạt",
    "time-barred": "Hết thời hiệu",
    "criminal": "Chuyển cơ quan điều tra",
}
STOP: Mapping[str, str] = {
    "none": "Không",
    "stop-demanded": "Đã yêu cầu chấm dứt ngay",
    "suspension-proposed": "Đề xuất tạm dừng, đình chỉ",
    "suspension-decided": "Có quyết định dừng, đình chỉ",
    "resumed": "Cho phép hoạt động lại",
}
TRACK: Mapping[str, str] = {"remedy": "Khắc phục", "sanction": "Xử lý vi phạm hành chính", "stop": "Dừng, đình chỉ"}
STEP: Mapping[str, str] = {
    "confirm": "Xác nhận đã ghi vào biên bản",
    "request-remedy": "Yêu cầu khắc phục",
    "acknowledge": "Ghi nhận đang khắc phục",
    "extend": "Gia hạn",
    "receive-report": "Ghi nhận báo cáo khắc phục",
    "accept-report": "Chấp nhận báo cáo",
    "ask-again": "Yêu cầu báo cáo lại",
    "schedule-reinspection": "Hẹn phúc tra",
    "found-remedied": "Phúc tra: đã khắc phục",
    "found-partly": "Phúc tra: khắc phục một phần",
    "found-not": "Phúc tra: không khắc phục",
    "close": "Đóng",
    "close-advice": "Đóng khuyến nghị",
    "close-unremedied": "Đóng khi chưa khắc phục",
    "cancel": "Hủy (không phải vi phạm hoặc trùng)",
    "propose-sanction": "Đề xuất xử phạt",
    "refer": "Chuyển hồ sơ",
    "draw-record": "Ghi biên bản VPHC",
    "hear-explanation": "Ghi nhận giải trình",
    "decide": "Ghi quyết định xử phạt",
    "begin-execution": "Bắt đầu thi hành",
    "execute": "Đã thi hành xong",
    "enforce": "Cưỡng chế thi hành",
    "reduce": "Hoãn, giảm, miễn",
    "end-sanction": "Kết thúc xử lý",
    "not-sanction": "Không xử phạt",
    "time-bar": "Hết thời hiệu xử phạt",
    "refer-criminal": "Chuyển cơ quan điều tra",
    "demand-stop": "Ghi nhận đã yêu cầu chấm dứt ngay",
    "propose-suspension": "Đề xuất tạm dừng, đình chỉ",
    "decide-suspension": "Ghi quyết định dừng, đình chỉ",
    "resume": "Cho phép hoạt động lại",
}
NEED: Mapping[str, str] = {
    "document": "Số, ký hiệu văn bản",
    "date": "Ngày",
    "deadline": "Hạn khắc phục",
    "amount": "Số tiền phạt (đồng)",
    "addressee": "Nơi nhận hồ sơ",
    "reason": "Căn cứ, lý do",
    "rule": "Quy định xử phạt",
    "signatory": "Người ký",
    "extent": "Phạm vi, thời hạn dừng",
    "ended": "Ngày hành vi kết thúc (nếu đã kết thúc)",
}
ANSWER: Mapping[str, str] = {
    "yes": "Được",
    "conditional": "Có điều kiện",
    "no": "Không",
    "unknown": "Cần kiểm tra",
}
TEAM_ROLE: Mapping[str, str] = {"leader": "Trưởng đoàn", "deputy": "Phó Trưởng đoàn", "member": "Thành viên"}
INSPECTION_KIND: Mapping[str, str] = {
    "thanh-tra": "Thanh tra",
    "kiem-tra": "Kiểm tra chuyên ngành",
    "lien-nganh": "Kiểm tra liên ngành",
    "phuc-tra": "Phúc tra",
    "tu-xa": "Kiểm tra từ xa",
}
GROUND: Mapping[str, str] = {
    "signs": "Có dấu hiệu vi phạm, sự cố",
    "order": "Theo yêu cầu của cơ quan có thẩm quyền",
    "thematic-plan": "Theo kế hoạch kiểm tra chuyên đề",
    "follow-up": "Kiểm tra việc thực hiện kiến nghị",
}
SEVERITY: Mapping[str, str] = {"1": "Nhỏ", "2": "Lớn", "3": "Nghiêm trọng", "4": "Nguy cơ trực tiếp"}
VIOLATION_KIND: Mapping[str, str] = {"advice": "Khuyến nghị", "shortcoming": "Tồn tại", "violation": "Hành vi vi phạm"}
PARTY_ROLE: Mapping[str, str] = {
    "investor": "Chủ đầu tư",
    "main-contractor": "Nhà thầu chính",
    "subcontractor": "Nhà thầu phụ",
    "supervision": "Tư vấn giám sát",
    "employer": "Người sử dụng lao động",
}
