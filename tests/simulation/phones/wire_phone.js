// A phone whose requests go over real sockets, each on a connection of its own, as on a link that breaks all the time.

import http from "node:http";
import { bytesOf } from "./bytes.js";
import { chance } from "./clock.js";
import { Response } from "./globals.js";
import { Phone } from "./phone.js";

export class WirePhone extends Phone {
  cookie = "";
  /** Whether a request of this session broke or was refused by a server in trouble. */
  isHurt = false;
  port = 0;

  /** @override @param {any} life @param {string} address @param {any} init */
  fetch(life, address, { method = "GET", headers = {}, body, signal } = {}) {
    if (life.isDead) return new Promise(() => {});
    return new Promise((resolve, reject) => {
      const sent = body === undefined ? null : bytesOf(body);
      const own = { ...headers, "Sec-Fetch-Site": "same-origin", Connection: "close", Cookie: this.cookie };
      if (sent) own["Content-Length"] = String(sent.length);
      const request = http.request(
        { host: "127.0.0.1", port: this.port, method, path: address, headers: own, agent: false },
        (answer) => this.#read(answer, resolve, broken),
      );
      const broken = (/** @type {unknown} */ reason) => {
        this.isHurt = true;
        request.destroy();
        if (!life.isDead) reject(reason);
      };
      signal?.onAbort(broken);
      request.on("error", () => broken(new TypeError("network")));
      request.end(sent ?? undefined);
    });
  }

  /**
   * @param {http.IncomingMessage} answer
   * @param {(response: Response) => void} resolve
   * @param {(reason: unknown) => void} broken
   */
  #read(answer, resolve, broken) {
    /** @type {Buffer[]} */
    const parts = [];
    answer.on("data", (part) => parts.push(part));
    answer.on("error", () => broken(new TypeError("network")));
    answer.on("end", () => {
      if (!answer.complete) return broken(new TypeError("network"));
      const status = answer.statusCode ?? 0;
      if (status >= 500) this.isHurt = true;
      const { "set-cookie": cookies, ...rest } = answer.headers;
      for (const each of cookies ?? []) if (each.startsWith("inspect=")) this.cookie = each.split(";")[0] ?? "";
      resolve(new Response(Buffer.concat(parts), { status, headers: /** @type {any} */ (rest) }));
    });
  }

  /** @param {any} given */
  configure({ port, username, password, insps, items, seed }) {
    Object.assign(this, { port, username, password, insps, items });
    this.random = chance(seed);
    return this;
  }
}
