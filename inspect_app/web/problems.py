"""One catalogue of what can go wrong, and one shape for it: RFC 9457 for programs, a page for people."""

import json
from dataclasses import dataclass
from http import HTTPStatus

from flask import Flask, Response, render_template, request
from marshmallow import ValidationError
from werkzeug.exceptions import HTTPException

from inspect_app.domain.errors import RuleBroken
from inspect_app.web.posted import page_behind


@dataclass(frozen=True, slots=True)
class Problem:
    """status, title in Vietnamese and English, and what the reader can do, with {facts} filled in."""

    status: int
    title: str
    title_en: str
    advice: str


# A code never changes and is never reused. docs/problems.md has a heading for each (a test compares).
CATALOGUE: dict[str, Problem] = {
    # --- signing in
    "signed-out": Problem(401, "Bạn chưa đăng nhập", "Signed out", "Hãy đăng nhập lại. Dữ liệu đã ghi vẫn còn nguyên."),
    "wrong-password": Problem(
        401, "Sai tên đăng nhập hoặc mật khẩu", "Wrong name or password", "Kiểm tra lại tên đăng nhập và mật khẩu."
    ),
    "too-many-tries": Problem(
        429, "Thử sai quá nhiều lần", "Too many tries", "Hãy đợi {seconds} giây rồi thử lại. Tài khoản không bị khóa."
    ),
    "device-revoked": Problem(
        403,
        "Máy này đã bị thu hồi",
        "This device was revoked",
        "Hãy liên hệ quản trị của cơ quan; dữ liệu trên máy vẫn còn.",
    ),
    "not-allowed": Problem(
        403, "Bạn không có quyền làm việc này", "Not allowed", "Việc này cần vai trò khác; hãy hỏi người giám sát."
    ),
    "cross-site": Problem(
        403, "Yêu cầu đến từ trang khác", "Cross-site request refused", "Hãy mở lại ứng dụng từ địa chỉ chính thức."
    ),
    "form-expired": Problem(
        400, "Biểu mẫu đã hết hiệu lực", "The form has expired", "Hãy quay lại, tải lại trang và gửi lại."
    ),
    # --- people
    "username-taken": Problem(409, "Tên đăng nhập đã có", "Name taken", "Hãy chọn tên khác thay cho {username}."),
    "unknown-agency": Problem(422, "Không có cơ quan này", "No such agency", "Kiểm tra lại mã cơ quan {agency}."),
    "unknown-person": Problem(
        404, "Không có người dùng này", "No such person", "Kiểm tra lại tên đăng nhập {username}."
    ),
    "bad-email": Problem(
        422, "Địa chỉ thư không dùng được", "Not an e-mail address", "Nhập một địa chỉ, ví dụ ten@co-quan.gov.vn."
    ),
    "unknown-chore": Problem(404, "Không có việc tự động này", "No such chore", "Tải lại trang Việc tự động."),
    "unknown-webhook": Problem(404, "Không có kết nối này", "No such webhook", "Mở lại trang Kết nối hệ thống khác."),
    "webhook-address": Problem(
        422, "Địa chỉ không dùng được", "The address cannot be used", "{why} Hãy nhập địa chỉ khác."
    ),
    "bad-subscription": Problem(
        422, "Không bật được báo việc mới", "Not a usable subscription", "Tắt rồi bật lại trên máy này."
    ),
    "webhook-kinds": Problem(
        422, "Chưa chọn loại thay đổi", "No kind was chosen", "Chọn ít nhất một loại thay đổi để gửi."
    ),
    "too-many-webhooks": Problem(
        409, "Đã có quá nhiều kết nối", "Too many webhooks", "Một cơ quan có tối đa {most} kết nối; hãy xóa bớt."
    ),
    "unknown-device": Problem(404, "Không có máy này", "No such device", "Kiểm tra lại mã máy {device}."),
    "bad-device-key": Problem(
        422,
        "Khóa của máy không dùng được",
        "Not a usable device key",
        "Ứng dụng tiếp tục gửi dữ liệu không kèm chữ ký của máy.",
    ),
    "too-many-keys": Problem(
        409, "Máy đã có quá nhiều khóa", "Too many keys", "Một máy có tối đa {most} khóa; hãy báo quản trị."
    ),
    "key-decided": Problem(
        409, "Khóa này đã được quyết định", "The key has been decided about", "Tải lại trang để xem quyết định."
    ),
    "own-key": Problem(
        403, "Không tự duyệt khóa của máy mình", "Own key", "Cần người giám sát khác duyệt khóa của máy bạn dùng."
    ),
    "case-too-large": Problem(
        413, "Hồ sơ quá lớn cho một tệp", "The case is too large", "Một tệp chứa tối đa 4 GB; hãy liên hệ quản trị."
    ),
    "audit-broken": Problem(
        500, "Nhật ký bị đứt", "The audit is broken", "Báo quản trị chạy lệnh kiểm tra nhật ký (dòng {seq})."
    ),
    "nothing-recorded": Problem(
        409, "Chưa có dữ kiện nào", "Nothing recorded yet", "Mã của {number} lập được khi máy của đoàn đã gửi kết quả."
    ),
    "weak-password": Problem(422, "Mật khẩu quá ngắn", "Password too short", "Mật khẩu cần ít nhất {shortest} ký tự."),
    "own-account": Problem(
        409, "Không khóa tài khoản của chính mình", "One's own account", "Nhờ quản trị viên khác khóa {username}."
    ),
    # --- planning and review
    "unknown-inspection": Problem(
        404,
        "Không có cuộc kiểm tra này",
        "No such inspection",
        "Kiểm tra lại số hiệu; có thể cuộc này của cơ quan khác.",
    ),
    "site-ended": Problem(409, "Cơ sở đã ngừng hoạt động", "The site has ended", "Chọn cơ sở khác thay cho {site}."),
    "not-our-kind": Problem(
        422, "Cơ quan không ra quyết định thanh tra", "Not this agency's kind of visit", "Chọn hình thức kiểm tra."
    ),
    "window-backwards": Problem(
        422, "Ngày kết thúc trước ngày bắt đầu", "The window ends before it begins", "Sửa lại hai ngày."
    ),
    "window-too-long": Problem(
        422, "Thời gian kiểm tra quá dài", "The window is too long", "Thời hạn dài nhất là {days} ngày, kể cả gia hạn."
    ),
    "one-leader": Problem(422, "Đoàn cần đúng một Trưởng đoàn", "A team has one leader", "Chọn một Trưởng đoàn."),
    "twice-in-team": Problem(422, "Một người có hai chỗ trong đoàn", "Twice in the team", "Bỏ một trong hai chỗ."),
    "one-secretary": Problem(422, "Đoàn có nhiều hơn một thư ký", "More than one secretary", "Chọn một thư ký."),
    "not-for-the-field": Problem(
        422, "Người này không đi kiểm tra được", "Not for the field", "Bỏ {person} khỏi đoàn hoặc mở lại tài khoản."
    ),
    "no-checklist": Problem(422, "Chưa chọn phiếu kiểm tra", "No checklist", "Chọn ít nhất một phiếu kiểm tra."),
    "unknown-checklist": Problem(
        422, "Phiếu kiểm tra chưa có hiệu lực", "No such checklist", "Phiếu {checklist} chưa dùng được cho ngày {on}."
    ),
    "overlap": Problem(
        409,
        "Trùng với cuộc khác trong năm",
        "Overlaps with another visit of the year",
        "Cơ sở đã có {visits} trong năm. Ghi căn cứ vẫn kiểm tra, lập đoàn liên ngành, hoặc chọn cơ sở khác.",
    ),
    "unknown-referral": Problem(404, "Không có hồ sơ này", "No such referral", "Kiểm tra lại hộp hồ sơ chuyển."),
    "not-the-receiver": Problem(
        403, "Không phải nơi nhận", "Not the receiver", "Chỉ cơ quan nhận hồ sơ ghi tiếp nhận và kết quả."
    ),
    "wrong-referral-state": Problem(
        409, "Hồ sơ đã sang bước khác", "The referral has moved on", "Tải lại trang để xem tình trạng hồ sơ."
    ),
    "wrong-answer": Problem(422, "Kết quả không hợp loại hồ sơ", "Not an answer to this", "Chọn lại kết quả."),
    "document-missing": Problem(422, "Chưa ghi số văn bản", "The document is missing", "Ghi số văn bản của kết quả."),
    "date-before-sending": Problem(
        422, "Ngày trước khi chuyển", "Before it was sent", "Hồ sơ được chuyển ngày {sent_on}."
    ),
    "bad-weights": Problem(
        422, "Trọng số không hợp lệ", "Bad weights", "Sáu trọng số cộng lại phải đúng {most}, nay là {total}."
    ),
    "unknown-plan": Problem(404, "Không có kế hoạch này", "No such plan", "Mở lại danh sách kế hoạch."),
    "unknown-line": Problem(404, "Không có dòng kế hoạch này", "No such line of a plan", "Tải lại trang kế hoạch."),
    "plan-closed": Problem(
        409, "Kế hoạch đã kết thúc", "The plan is closed", "Mở lại kế hoạch nếu còn phải thêm, đổi hoặc phân công."
    ),
    "own-plan": Problem(
        403,
        "Không tự phê duyệt kế hoạch mình lập",
        "One's own plan",
        "Người giám sát hoặc người có thẩm quyền khác ghi.",
    ),
    "wrong-plan-state": Problem(
        409, "Kế hoạch đã sang bước khác", "The plan has moved on", "Tải lại trang để xem tình trạng kế hoạch."
    ),
    "plan-decision-missing": Problem(
        422, "Chưa ghi quyết định phê duyệt", "The decision is missing", "Ghi số và ngày quyết định phê duyệt."
    ),
    "plan-decision-ahead": Problem(
        422, "Ngày quyết định ở tương lai", "A decision of a day to come", "Ghi ngày trên quyết định đã ký."
    ),
    "plan-without-lines": Problem(
        409, "Kế hoạch chưa có cơ sở nào", "Nothing in the plan", "Đưa ít nhất một cơ sở vào kế hoạch rồi phê duyệt."
    ),
    "plan-too-long": Problem(422, "Thời gian quá dài", "Too many days", "Nhiều nhất {days} ngày."),
    "outside-plan": Problem(
        422, "Ngoài thời gian của kế hoạch", "Outside the plan", "Kế hoạch từ {first_day} đến {last_day}."
    ),
    "line-has-visit": Problem(
        409, "Dòng này đã có cuộc kiểm tra", "The line has its visit", "Đổi ngày hoặc hủy tại cuộc {number}."
    ),
    "line-needs-visit": Problem(
        409, "Cần phân công", "It needs a visit", "Bước này do cuộc kiểm tra quyết định: hãy bấm Phân công."
    ),
    "conflict-of-interest": Problem(
        409,
        "Xung đột lợi ích",
        "A conflict of interest",
        "{person} đã khai có lợi ích liên quan đến {organisation} ({reason}); hãy chọn người khác.",
    ),
    "person-away": Problem(
        409,
        "Người này vắng mặt",
        "The person is away",
        "{person} vắng từ {first_day} đến {last_day}; hãy chọn người khác hoặc ngày khác.",
    ),
    "days-out-of-range": Problem(422, "Số ngày không hợp lý", "Not a number of days", "Nhập từ 0 đến {most}."),
    "own-interest": Problem(
        403,
        "Không tự kết thúc khai báo của mình",
        "One's own declaration",
        "Cần người giám sát khác kết thúc khai báo này.",
    ),
    "recurrence-never": Problem(
        422, "Không có lần lặp lại nào", "It would never come again", "Chọn số tháng và ngày kết thúc sau lần kế tiếp."
    ),
    "recurrence-too-long": Problem(
        422, "Lặp lại quá lâu", "Repeated for too long", "Một lịch lặp lại dài nhất {years} năm."
    ),
    "wrong-state": Problem(
        409, "Cuộc kiểm tra không ở bước này", "Wrong state", "Tải lại trang: {number} đã sang bước khác."
    ),
    "own-work": Problem(
        403,
        "Không tự duyệt việc của mình",
        "Own work",
        "Người trong đoàn không duyệt {number}; cần người giám sát khác.",
    ),
    "conflicts-open": Problem(
        409,
        "Còn kết quả khác nhau",
        "Conflicts are open",
        "Trưởng đoàn cần chọn kết quả cho {conflicts} mục trước khi duyệt {number}; có thể trả lại để bổ sung.",
    ),
    "unknown-held": Problem(404, "Không có mục giữ lại này", "No such held item", "Mở lại danh sách mục giữ lại."),
    "comment-missing": Problem(422, "Chưa ghi nội dung", "A comment is missing", "Ghi rõ cần bổ sung điều gì."),
    "comment-too-long": Problem(422, "Góp ý quá dài", "The comment is too long", "Mỗi góp ý có nhiều nhất {most} chữ."),
    # --- checklists
    "unknown-draft": Problem(404, "Không có dự thảo này", "No such draft", "Mở lại danh sách phiếu kiểm tra."),
    "checklist-unsound": Problem(
        422, "Phiếu còn chỗ sai", "The checklist is unsound", "Sửa {problems} chỗ trong tệp Excel rồi nhập lại."
    ),
    "checklist-decided": Problem(
        409, "Dự thảo đã sang bước khác", "The draft has moved on", "Tải lại trang: {checklist} không còn chờ việc này."
    ),
    "own-checklist": Problem(
        403, "Không tự duyệt phiếu mình nhập", "One's own checklist", "{checklist} cần người thứ hai đọc và duyệt."
    ),
    "checklist-version-taken": Problem(
        409,
        "Số phiên bản đã được dùng",
        "The version is taken",
        "Đã ban hành bản {newest} sau khi nhập {checklist}; hãy nhập lại tệp để có số mới.",
    ),
    # --- violations
    "unknown-violation": Problem(404, "Không có vi phạm này", "No such violation", "Tìm lại trong Sổ vi phạm."),
    "wrong-step": Problem(
        409, "Bước này không còn phù hợp", "Step not possible now", "Tải lại trang để thấy các bước tiếp theo."
    ),
    "other-agency": Problem(
        403, "Hồ sơ của cơ quan khác", "Another agency's file", "Chỉ cơ quan lập hồ sơ mới ghi được bước xử lý."
    ),
    "step-not-allowed": Problem(
        403,
        "Vai trò của bạn không làm bước này",
        "Your role may not take this step",
        "Hãy chuyển cho người có vai trò.",
    ),
    "author-may-not-close": Problem(
        403,
        "Người ghi nhận không được tự đóng",
        "The author may not close",
        "Hãy để người giám sát hoặc người có thẩm quyền khác đóng hồ sơ.",
    ),
    "facts-missing": Problem(422, "Còn thiếu thông tin", "Facts missing", "Bổ sung các mục còn thiếu rồi gửi lại."),
    "date-in-future": Problem(422, "Ngày chưa tới", "Date in the future", "Ngày {date} chưa tới; hãy sửa lại."),
    "date-before-finding": Problem(
        422, "Ngày trước khi phát hiện", "Before the finding", "Ngày {date} trước ngày phát hiện {found_on}."
    ),
    "deadline-before-document": Problem(
        422, "Hạn trước ngày văn bản", "Deadline too early", "Hạn {deadline} trước ngày {document}; hãy sửa lại."
    ),
    "deadline-not-later": Problem(
        422, "Hạn mới không muộn hơn", "Deadline not later", "Hạn gia hạn phải sau hạn hiện nay {before}."
    ),
    "deadline-too-far": Problem(
        422, "Hạn quá xa", "Deadline too far", "Hạn {deadline} cách quá {most} ngày; hãy kiểm tra lại."
    ),
    "amount-out-of-range": Problem(
        422, "Số tiền không hợp lý", "Amount out of range", "Số tiền phải từ 0 đến {most} đồng."
    ),
    "unknown-paper": Problem(404, "Không có loại văn bản này", "No such paper", "Chọn lại văn bản trong danh sách."),
    "template-broken": Problem(
        409,
        "Mẫu văn bản có chỗ sai",
        "The template is broken",
        "Mẫu {kind}, {place}: {wrong}. Sửa mẫu rồi chạy python run.py documents check.",
    ),
    "nothing-proposed": Problem(
        409,
        "Chưa đề xuất xử phạt",
        "No sanction proposed",
        "Chọn các vi phạm đã có bước Đề xuất xử phạt (kèm quy định áp dụng) rồi lập biên bản.",
    ),
    "nothing-open": Problem(
        409,
        "Không còn vi phạm đang mở",
        "No open violation",
        "Chọn rõ vi phạm cần lập văn bản; các vi phạm đã đóng chỉ vào văn bản khi được chọn.",
    ),
    "several-offenders": Problem(
        409,
        "Các vi phạm thuộc nhiều tổ chức",
        "Findings of several organisations",
        "Lập cho mỗi tổ chức chịu trách nhiệm một biên bản riêng.",
    ),
    "not-competent": Problem(
        409,
        "Cơ quan không có thẩm quyền theo nghị định này",
        "Not competent under this decree",
        "{ground}. Hãy chọn Chuyển hồ sơ đến {refer_to}.",
    ),
    "above-competence": Problem(
        409,
        "Vượt quá thẩm quyền xử phạt của cơ quan",
        "Above the power of the agency",
        "{title} chỉ được phạt tiền đến {most} đồng, khung phạt của hành vi đến {top} đồng ({ground}). "
        "Hãy chọn Chuyển hồ sơ đến {refer_to}.",
    ),
    "rule-not-in-force": Problem(
        409,
        "Quy định xử phạt không áp dụng cho ngày hành vi kết thúc",
        "Penalty rule not in force",
        "Hành vi kết thúc ngày {on}: áp dụng {held}. Hãy chọn quy định của ngày đó, hoặc ghi lại ngày kết thúc.",
    ),
    "bad-cursor": Problem(
        422, "Dấu trang không đúng", "Bad cursor", "Mở lại danh sách từ đầu; dấu trang chỉ dùng với cùng bộ lọc."
    ),
    "too-many-rows": Problem(
        422, "Danh sách quá dài", "Too many rows", "Mỗi lần xuất nhiều nhất {most} dòng; hãy lọc hẹp hơn."
    ),
    # --- accidents, declarations, health data
    "health-right-missing": Problem(
        403,
        "Cần quyền xem số liệu sức khỏe",
        "The right to health data is missing",
        "Quản trị của cơ quan cấp quyền này, có ghi lý do; mỗi lần xem đều được ghi vào nhật ký.",
    ),
    "unknown-tax-code": Problem(
        422, "Chưa có đơn vị với mã số thuế này", "No organisation has this tax code", "Thêm đơn vị ở mục Cơ sở trước."
    ),
    "accident-days-wrong": Problem(
        422, "Ngày không hợp lý", "The days do not fit", "Ngày xảy ra không sau hôm nay và không sau ngày khai báo."
    ),
    "accident-without-victim": Problem(
        422, "Chưa có người bị nạn", "No victim was given", "Ghi số người chết, bị thương nặng hoặc bị thương nhẹ."
    ),
    "more-than-victims": Problem(
        422, "Nhiều hơn số người bị nạn", "More than there were victims", "Tổng số người bị nạn là {victims}."
    ),
    "declared-later-than-today": Problem(
        422, "Ngày ở sau hôm nay", "The day lies after today", "Ghi ngày thực hiện, hoặc ngày cuối kỳ đã qua."
    ),
    "figures-do-not-fit": Problem(422, "Số liệu không khớp nhau", "The figures do not fit", "Sửa lại: {wrong}."),
    "bad-table": Problem(
        422, "Không đọc được bảng", "The table cannot be read", "{wrong}. Tải bảng mẫu, điền rồi gửi lại."
    ),
    # --- sites
    "unknown-site": Problem(404, "Không có cơ sở này", "No such site", "Kiểm tra lại địa chỉ hoặc tìm theo tên."),
    "organisation-missing": Problem(
        422, "Chưa rõ doanh nghiệp", "The organisation is missing", "Nhập mã số thuế đã có, hoặc tên để thêm mới."
    ),
    "bad-tax-code": Problem(
        422, "Mã số thuế không đúng", "Bad tax code", "Mã số thuế có 10 số, 10 số-3 số, hoặc 12 số; đang là {tax_code}."
    ),
    "tax-code-taken": Problem(
        409, "Mã số thuế đã có", "Tax code taken", "{organisation} đang dùng mã {tax_code}; chọn tổ chức đó."
    ),
    "unknown-commune": Problem(422, "Không có xã, phường này", "No such commune", "Chọn lại; mã {commune} không có."),
    "unknown-zone": Problem(422, "Không có khu công nghiệp này", "No such zone", "Chọn lại; mã {zone} không có."),
    "half-a-position": Problem(422, "Thiếu nửa toạ độ", "Half a position", "Nhập cả vĩ độ và kinh độ, hoặc bỏ cả hai."),
    "outside-province": Problem(
        422, "Vị trí ngoài tỉnh Thái Nguyên", "Outside the province", "Kiểm tra lại toạ độ {lat}, {lon}."
    ),
    "unknown-organisation": Problem(422, "Không có tổ chức này", "No such organisation", "Chọn lại tổ chức."),
    "unknown-site-kind": Problem(422, "Không có loại cơ sở này", "No such kind of site", "Chọn lại loại cơ sở."),
    "unknown-party-role": Problem(422, "Không có vai trò này", "No such role on a site", "Chọn lại vai trò."),
    "bad-check-digit": Problem(
        422,
        "Mã số thuế sai số kiểm tra",
        "Wrong check digit",
        "Một chữ số của {tax_code} đã bị gõ sai; so lại với giấy chứng nhận đăng ký.",
    ),
    "personal-number": Problem(
        422,
        "Số định danh chỉ dùng cho hộ kinh doanh",
        "A personal number of no household",
        "Nếu là hộ kinh doanh, đánh dấu ô đó; nếu không, nhập mã số thuế 10 số.",
    ),
    "entered-before": Problem(
        409,
        "Biểu mẫu này đã được gửi trước đó",
        "This form was sent before",
        "{name} đã có; sửa tại trang của nó.",
    ),
    "merged-away": Problem(
        409,
        "Mục này đã được gộp vào mục khác",
        "Merged into another",
        "Mở mục được giữ lại và sửa ở đó.",
    ),
    "unknown-hazard": Problem(
        422,
        "Không có yếu tố nguy hiểm này",
        "No such hazard",
        "Chọn lại; mã {hazard} không có.",
    ),
    "unknown-group": Problem(
        422,
        "Không có nhóm lao động này",
        "No such group of workers",
        "Bỏ nhóm {group}.",
    ),
    "group-over-whole": Problem(
        422,
        "Số người của một nhóm không hợp lý",
        "A group exceeds the whole",
        "{group}: {people} người, tổng số lao động là {workers}.",
    ),
    "unknown-party": Problem(
        404,
        "Không có bên này tại cơ sở",
        "No such party on the site",
        "Mở lại trang của cơ sở.",
    ),
    "unknown-thing": Problem(
        404,
        "Không có thiết bị hoặc giấy tờ này",
        "No such equipment or document",
        "Mở lại trang của cơ sở.",
    ),
    "unknown-kind": Problem(
        422,
        "Không có loại này",
        "No such kind",
        "Chọn lại loại trong danh sách.",
    ),
    "days-reversed": Problem(
        422,
        "Ngày kết thúc trước ngày bắt đầu",
        "The end is before the beginning",
        "Từ {begins} đến {ends}: kiểm tra lại hai ngày.",
    ),
    "unknown-import": Problem(
        404,
        "Không có lần nhập này",
        "No such import",
        "Mở lại danh sách các lần nhập.",
    ),
    "import-dropped": Problem(
        409,
        "Lần nhập này đã bị bỏ",
        "This import was dropped",
        "Gửi lại tệp nếu vẫn cần nhập.",
    ),
    "import-applied": Problem(
        409,
        "Lần nhập này đã được nhập",
        "This import was entered",
        "Không bỏ được nữa; sửa từng cơ sở nếu cần.",
    ),
    "unknown-pair": Problem(
        404,
        "Không có cặp này",
        "No such pair",
        "Mở lại danh sách nghi trùng.",
    ),
    "merge-same": Problem(
        422,
        "Không gộp một mục với chính nó",
        "Cannot merge a row with itself",
        "Chọn hai mục khác nhau.",
    ),
    "merge-undone": Problem(
        409,
        "Lần gộp này không tách lại được nữa",
        "This merge cannot be undone",
        "Đã tách rồi, hoặc mục được giữ lại đã gộp tiếp: tách lần gộp sau trước.",
    ),
    "merge-codes": Problem(
        409,
        "Hai mã số thuế khác nhau",
        "Two different tax codes",
        "Sửa mã sai trước, rồi gộp.",
    ),
    "geocoding-off": Problem(
        409,
        "Tra vị trí đang tắt",
        "Geocoding is off",
        "Quản trị bật bằng INSPECT_GEOCODER_CONTACT.",
    ),
    "geocoding-failed": Problem(
        502,
        "Không tra được vị trí",
        "Geocoding failed",
        "Dịch vụ không trả lời; ghim bằng tay hoặc thử lại sau.",
    ),
    # --- phones
    "wrong-user": Problem(
        409,
        "Dữ liệu của người khác",
        "Another person's data",
        "Hãy đăng nhập bằng tài khoản đã ghi; dữ liệu còn nguyên.",
    ),
    "epoch-changed": Problem(
        409, "Máy chủ vừa được khôi phục", "The server was restored", "Ứng dụng sẽ tự gửi lại những gì còn giữ."
    ),
    "bad-upload": Problem(
        422,
        "Thông tin tệp không hợp lệ",
        "Invalid upload",
        "Ứng dụng cần gửi lại với thông tin đúng; ảnh vẫn còn trên máy.",
    ),
    "wrong-protocol": Problem(
        412,
        "Cách gửi ảnh không được hỗ trợ",
        "Unsupported upload protocol",
        "Hãy cập nhật ứng dụng; ảnh vẫn còn trên máy.",
    ),
    "offset-mismatch": Problem(
        409, "Ảnh được gửi tiếp từ chỗ khác", "Wrong offset", "Ứng dụng sẽ gửi tiếp từ byte {offset}."
    ),
    "checksum-mismatch": Problem(
        460,
        "Ảnh bị hỏng trên đường truyền",
        "Checksum mismatch",
        "Ứng dụng sẽ tự gửi lại; ảnh trên máy vẫn nguyên vẹn.",
    ),
    "photo-held": Problem(
        422,
        "Ảnh đã hỏng nhiều lần khi gửi",
        "Photo held",
        "Hãy giữ ảnh trên máy và báo quản trị kiểm tra; các ảnh khác vẫn gửi tiếp.",
    ),
    "photo-missing": Problem(
        404, "Ảnh chưa về tới máy chủ", "Photo has not arrived", "Ảnh còn trên máy người chụp; chờ gửi."
    ),
    "not-a-picture": Problem(
        422, "Tệp này không phải ảnh đọc được", "Not a readable picture", "Tệp gốc vẫn được giữ nguyên làm bằng chứng."
    ),
    # --- requests
    "bad-json": Problem(400, "Nội dung không phải JSON", "Not JSON", "Ứng dụng cần gửi lại với nội dung đúng."),
    "bad-request": Problem(422, "Nội dung không hợp lệ", "Invalid content", "Sửa các mục được nêu rồi gửi lại."),
    # --- the establishment's link
    "unknown-remedy-link": Problem(
        404, "Không có liên kết này", "No such link", "Kiểm tra lại địa chỉ; có thể liên kết này của cơ quan khác."
    ),
    "remedy-link-shut": Problem(
        410,
        "Liên kết này không còn dùng được",
        "The link is shut",
        "Liên kết đã hết hạn hoặc đã được thay. Hãy liên hệ cơ quan đã gửi thông báo để nhận liên kết mới.",
    ),
    "remedy-link-empty": Problem(
        422,
        "Chưa có vi phạm nào để hiện",
        "Nothing to show",
        "Chọn ít nhất một vi phạm của đơn vị này mà Trưởng đoàn đã xác nhận, rồi lập lại liên kết.",
    ),
    "remedy-link-term": Problem(
        422, "Ngày hết hạn không dùng được", "Not a usable term", "Chọn một ngày từ hôm nay đến {most} ngày tới."
    ),
    "remedy-finding-closed": Problem(
        409,
        "Nội dung này đã được chấp nhận hoặc đã kết thúc",
        "Already settled",
        "Không cần gửi thêm; những gì đã gửi vẫn được lưu.",
    ),
    "remedy-proof-empty": Problem(
        422, "Chưa có gì để gửi", "Nothing to send", "Chọn ít nhất một ảnh hoặc tệp PDF, hoặc ghi vài dòng giải thích."
    ),
    "remedy-proof-too-many": Problem(
        413,
        "Đã đủ số tệp cho nội dung này",
        "Too many proofs",
        "Mỗi nội dung nhận tối đa {most} tệp; hãy gửi phần còn lại trực tiếp cho cơ quan.",
    ),
    "remedy-proof-kind": Problem(
        422,
        "Tệp không phải ảnh hoặc PDF",
        "Neither picture nor PDF",
        "Gửi ảnh JPEG, PNG, WebP hoặc tệp PDF; tệp {name} không mở được như một trong các loại đó.",
    ),
    "remedy-proof-large": Problem(
        413, "Tệp quá lớn", "File too large", "Mỗi tệp tối đa 15 MB, mỗi lần tối đa 6 tệp: hãy gửi làm nhiều lần."
    ),
    "not-found": Problem(404, "Không tìm thấy", "Not found", "Kiểm tra lại địa chỉ, hoặc quay về trang chính."),
    "method-not-allowed": Problem(
        405, "Địa chỉ này không nhận thao tác đó", "Method not allowed", "Quay lại trang trước."
    ),
    "too-large": Problem(413, "Nội dung quá lớn", "Too large", "Hãy gửi từng phần nhỏ hơn."),
    "unsupported-media-type": Problem(415, "Kiểu nội dung không nhận", "Unsupported media type", "Hãy gửi đúng kiểu."),
    "not-for-follow-up": Problem(
        422, "Không giao được cho người này", "Cannot follow up", "Chọn người đang làm việc của cơ quan lập hồ sơ."
    ),
    "nothing-chosen": Problem(
        422,
        "Chưa chọn dòng nào",
        "Nothing chosen",
        "Đánh dấu các dòng cần xử lý trong danh sách, nhiều nhất {most} dòng.",
    ),
    "unknown-list": Problem(404, "Không có danh sách này", "No such list", "Danh sách có thể đã bị xóa; mở lại trang."),
    "list-not-yours": Problem(
        403, "Danh sách của người khác", "Somebody else's list", "Chỉ người lập hoặc người giám sát sửa được danh sách."
    ),
    "changed-meanwhile": Problem(
        409, "Hồ sơ vừa được người khác sửa", "Changed meanwhile", "Tải lại trang để thấy bản mới nhất rồi làm lại."
    ),
    "busy": Problem(503, "Máy chủ đang bận", "Busy", "Dữ liệu vẫn an toàn; sẽ tự gửi lại sau ít phút."),
    "no-backup": Problem(
        422, "Thư mục này không phải bản sao lưu", "Not a backup", "Chọn thư mục có manifest.json; đang là {folder}."
    ),
    "evidence-damaged": Problem(
        409, "Tệp không khớp mã băm", "A file differs from its hash", "Tệp sai: {file}. Dùng bản sao lưu khác."
    ),
    "dump-failed": Problem(
        500, "Không sao chép được cơ sở dữ liệu", "The database could not be copied", "Công cụ báo: {said}."
    ),
    "export-unreadable": Problem(
        422, "Không đọc được tệp này", "Not a readable export", "Tệp sai ở chỗ: {at}. Xuất lại từ điện thoại rồi nhập."
    ),
    "export-damaged": Problem(
        422,
        "Tệp bị hỏng hoặc bị cắt",
        "Damaged export",
        "Tệp hỏng ở phần {chunk}. Chép lại tệp từ điện thoại rồi nhập.",
    ),
    "export-other-agency": Problem(
        422,
        "Tệp của cơ quan khác",
        "Another agency's export",
        "Tệp này của cơ quan {agency}; người giám sát cơ quan đó nhập.",
    ),
    "export-unknown-key": Problem(
        422,
        "Không có khóa mở tệp này",
        "Unknown key",
        "Máy chủ không giữ khóa {key}; kiểm tra đúng máy chủ đã cấp khóa.",
    ),
    "agency-key-locked": Problem(
        409,
        "Khóa bí mật của máy chủ đã đổi",
        "The server's secret has changed",
        "Đặt lại INSPECT_SECRET_KEY như khi khóa {key} được tạo rồi nhập lại.",
    ),
    "signature-missing": Problem(
        409,
        "Kết quả đã sửa sau khi ký",
        "Amended after it was signed",
        "Hãy trả {number} lại để đoàn lấy chữ ký cho bản mới rồi duyệt.",
    ),
    "held-unusable": Problem(
        422,
        "Mục này không đưa vào kết quả được",
        "This item cannot take effect",
        "Lý do: {obstacle}. Hãy giữ làm phụ lục hoặc không nhận; nội dung vẫn được lưu nguyên.",
    ),
    "wrong-decision": Problem(
        422,
        "Không giao lại được cho mục này",
        "This decision does not fit the item",
        "Giao lại chỉ dành cho người ghi đã rời đoàn hoặc chưa ở trong đoàn; hãy chọn Nhận vào kết quả.",
    ),
    "storage-full": Problem(507, "Máy chủ hết chỗ lưu", "Storage full", "Dữ liệu vẫn an toàn trên máy; báo quản trị."),
    "bad-answer": Problem(
        422, "Câu trả lời không hợp với mục", "Answer does not fit the item", "Xem lại giá trị của mục {item}."
    ),
    "not-empty": Problem(
        409, "Cơ sở dữ liệu đã có dữ liệu khác", "The database holds other data", "Dùng một cơ sở dữ liệu trống."
    ),
    "demo-in-production": Problem(
        403, "Không tạo dữ liệu mẫu trong môi trường thật", "No demo data in production", "Bỏ INSPECT_ENV=production."
    ),
    "server-error": Problem(
        500,
        "Máy chủ gặp lỗi khi xử lý yêu cầu",
        "Server error",
        "Chưa có gì bị thay đổi. Hãy thử lại; nếu vẫn lỗi, báo quản trị kèm thời điểm.",
    ),
}


class RequestRefused(Exception):
    """The request itself cannot be taken: a code of the catalogue, facts, and headers such as Retry-After."""

    def __init__(self, code: str, *, headers: dict[str, str] | None = None, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts
        self.headers = headers or {}


def wants_json() -> bool:
    return request.path.startswith("/api/")


def answer(code: str, facts: dict[str, object], headers: dict[str, str] | None = None) -> Response:
    """The same problem as JSON or as a page."""
    problem = CATALOGUE[code]
    advice = problem.advice.format_map(_Told(facts))
    if wants_json():
        shown = {name: value for name, value in facts.items() if _is_plain(value)}
        body = {
            "type": f"/docs/problems#{code}",
            "code": code,
            "status": problem.status,
            "title": problem.title,
            "title_en": problem.title_en,
            "detail": advice,
        }
        text = json.dumps({**shown, **body}, ensure_ascii=False, default=str)
        response = Response(text, problem.status, mimetype="application/problem+json")
    else:
        page = render_template("problem.html", problem=problem, advice=advice, code=code, facts=facts)
        response = Response(page, problem.status)
    response.headers.update(headers or {})
    return response


class _Told(dict[str, object]):
    """Facts for a sentence; a fact nobody gave shows as a dash instead of breaking the message."""

    def __missing__(self, key: str) -> str:
        return "—"


def _is_plain(value: object) -> bool:
    return value is None or isinstance(value, str | int | float | bool | list | dict)


def _page_behind() -> str | None:
    """Where a person who opens the address of a form goes instead."""
    return page_behind(request.path) if request.method in {"GET", "HEAD"} and not wants_json() else None


STATUS_CODES = {
    HTTPStatus.UNAUTHORIZED: "signed-out",
    HTTPStatus.FORBIDDEN: "not-allowed",
    HTTPStatus.NOT_FOUND: "not-found",
    HTTPStatus.METHOD_NOT_ALLOWED: "method-not-allowed",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "too-large",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "unsupported-media-type",
    HTTPStatus.UNPROCESSABLE_ENTITY: "bad-request",
    HTTPStatus.SERVICE_UNAVAILABLE: "busy",
}


def register(app: Flask) -> None:
    """Every way out of a view that is not an answer ends here."""

    @app.errorhandler(RuleBroken)
    def rule(error: RuleBroken) -> Response:
        return answer(error.code, error.facts)

    @app.errorhandler(RequestRefused)
    def refused(error: RequestRefused) -> Response:
        return answer(error.code, error.facts, error.headers)

    @app.errorhandler(ValidationError)
    def invalid(error: ValidationError) -> Response:
        return answer("bad-request", {"errors": error.messages})

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> Response:
        status = HTTPStatus(error.code or 500)
        if 300 <= status < 400:
            return Response(status=status, headers=error.get_headers())
        if status is HTTPStatus.METHOD_NOT_ALLOWED and (behind := _page_behind()):
            return Response(status=HTTPStatus.SEE_OTHER, headers={"Location": behind})
        fallback = "bad-json" if wants_json() and status < 500 else "server-error" if status >= 500 else "not-found"
        headers = {name: value for name, value in error.get_headers() if name in {"Allow", "Retry-After"}}
        return answer(STATUS_CODES.get(status, fallback), {}, headers)

    @app.errorhandler(Exception)
    def unexpected(error: Exception) -> Response:
        app.logger.error("unexpected: %s %s", request.method, request.path, exc_info=error)
        return answer("server-error", {})
