// What is said above every screen: the session that ended, a full phone, a phone that was revoked, a new version.

import { applyUpdate } from "../sync/session.js";
import { notice } from "../ui/notice.js";

/** @typedef {import("../types.d.ts").User} User */

/**
 * @param {{ user: User | null, waiting: number, hasUpdate: boolean, isRevoked: boolean, storageMessage: string | null }} told
 *   waiting: how much only this phone holds
 * @param {{ signIn: (user: User) => void, shell: import("./frame.js").Shell }} ways
 * @returns {HTMLElement[]}
 */
export function bannersOf({ user, waiting, hasUpdate, isRevoked, storageMessage }, { signIn, shell }) {
  const shown = [];
  if (user?.session === "expired") shown.push(expired(user, waiting, signIn));
  if (isRevoked) {
    shown.push(
      notice(
        {
          tone: "wait",
          title: "Máy này đã bị cơ quan thu hồi.",
          text: "Dữ liệu trên máy vẫn nguyên, vẫn gửi và xuất tệp được; người giám sát xem xét từng mục. Việc mới không tải về đây nữa.",
          actions: [{ label: "Máy và dữ liệu", do: () => shell.go("#/device") }],
        },
        "banner",
      ),
    );
  }
  if (storageMessage) {
    shown.push(
      notice(
        { tone: "bad", title: storageMessage, actions: [{ label: "Máy và dữ liệu", do: () => shell.go("#/device") }] },
        "banner",
      ),
    );
  }
  if (hasUpdate) {
    shown.push(
      notice(
        {
          tone: "plain",
          title: "Có bản mới.",
          text: "Cập nhật lúc nào cũng được, không mất dữ liệu.",
          actions: [{ label: "Cập nhật", do: () => void applyUpdate().catch(shell.trouble) }],
        },
        "banner",
      ),
    );
  }
  return shown;
}

/**
 * @param {User} user
 * @param {number} count
 * @param {(user: User) => void} signIn
 */
function expired(user, count, signIn) {
  return notice(
    {
      tone: "wait",
      title: count ? `Đăng nhập lại để gửi ${count} mục.` : "Phiên đăng nhập đã hết.",
      text: "Dữ liệu an toàn trên máy; vẫn kiểm tra tiếp được.",
      actions: [{ label: "Đăng nhập lại", primary: true, do: () => signIn(user) }],
    },
    "banner",
  );
}
