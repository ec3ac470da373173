"""Everything the worker does by itself: add yours as one line."""

from datetime import timedelta

from inspect_app.services import (
    dangers,
    duplicates,
    figures,
    letters,
    list_letters,
    push,
    recurrence,
    referrals,
    reminders,
    risk,
    webhook_delivery,
)
from inspect_app.services.chore import Chore

CHORES: tuple[Chore, ...] = (
    Chore("deadlines", "Nhắc hạn và báo cáo vượt cấp", timedelta(minutes=30), reminders.remind),
    Chore("referrals", "Nhắc hồ sơ chuyển quá hạn", referrals.EVERY, referrals.remind),
    Chore("risk", "Tính điểm rủi ro của cơ sở", risk.EVERY, risk.compute_due),
    Chore("recurrence", "Phân công các cuộc định kỳ", recurrence.EVERY, recurrence.make_due),
    Chore("danger", "Tìm nguy cơ trực tiếp mới về máy chủ", dangers.EVERY, dangers.look),
    Chore("repeats", "Đếm tồn tại lặp lại theo tháng", timedelta(hours=1), figures.count_repeats),
    Chore("duplicates", "Tìm cơ sở, doanh nghiệp ghi hai lần", timedelta(minutes=5), duplicates.look),
    Chore("lists", "Gửi danh sách theo dõi định kỳ", timedelta(minutes=30), list_letters.send),
    Chore("webhooks", "Gửi thay đổi đến hệ thống khác", webhook_delivery.EVERY, webhook_delivery.run),
    Chore("push", "Báo việc mới đến điện thoại", push.EVERY, push.send),
    Chore("mail", "Gửi thư", timedelta(minutes=1), letters.post),
)
