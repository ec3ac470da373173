"""Everything the worker does by itself: add yours as one line."""

from datetime import timedelta

from inspect_app.services import dangers, figures, letters, list_letters, recurrence, reminders
from inspect_app.services.chore import Chore

CHORES: tuple[Chore, ...] = (
    Chore("deadlines", "Nhắc hạn và báo cáo vượt cấp", timedelta(minutes=30), reminders.remind),
    Chore("recurrence", "Phân công các cuộc định kỳ", recurrence.EVERY, recurrence.make_due),
    Chore("danger", "Tìm nguy cơ trực tiếp mới về máy chủ", dangers.EVERY, dangers.look),
    Chore("repeats", "Đếm tồn tại lặp lại theo tháng", timedelta(hours=1), figures.count_repeats),
    Chore("lists", "Gửi danh sách theo dõi định kỳ", timedelta(minutes=30), list_letters.send),
    Chore("mail", "Gửi thư", timedelta(minutes=1), letters.post),
)
