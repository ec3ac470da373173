// What to say when something went wrong: what happened, what is safe, what to do.

import { Trouble } from "../core/trouble.js";

/**
 * @param {unknown} error
 * @returns {string} a sentence for people
 */
export function sentenceOf(error) {
  if (error instanceof Trouble) return error.message;
  if (error instanceof TypeError && /module|fetch/i.test(error.message)) {
    return "Ứng dụng chưa tải đủ về máy này và đang mất mạng. Nối mạng rồi thử lại; dữ liệu đã ghi vẫn an toàn trên máy.";
  }
  return `Ứng dụng gặp trục trặc (${error instanceof Error ? error.message : String(error)}). Dữ liệu đã ghi vẫn an toàn trên máy; đóng hẳn ứng dụng rồi mở lại.`;
}
