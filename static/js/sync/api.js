// Calls to the server: our header, a limit on silence, and one shape for every answer and every failure.

/**
 * @typedef {object} Answer
 * @property {number} status 0: there was no answer
 * @property {any} data parsed JSON, the bytes of a picture, or null
 * @property {string} code of the problem, "" when there is none
 * @property {string} message of the problem, for people
 * @property {Headers} headers
 */

const API = "/api/v1";
const SILENCE = 60_000;

/**
 * @param {string} method
 * @param {string} path below /api/v1, or a path of this server
 * @param {{ json?: unknown, body?: BufferSource, headers?: Record<string, string>, gzip?: boolean, keepalive?: boolean }} [what]
 * @returns {Promise<Answer>} never throws for the network
 */
export async function call(method, path, { json, body, headers = {}, gzip = false, keepalive = false } = {}) {
  /** @type {Record<string, string>} */
  const all = { "X-KT-Sync": "1", Accept: "application/json", ...headers };
  /** @type {BodyInit | undefined} */
  let sent = body;
  if (json !== undefined) {
    all["Content-Type"] = "application/json";
    const text = JSON.stringify(json);
    const packed = gzip && text.length > 1024 ? await compressed(text) : null;
    if (packed) all["Content-Encoding"] = "gzip";
    sent = packed ?? text;
  }
  const address = path.startsWith("/api/") ? path : `${API}${path}`;
  try {
    const response = await fetch(address, {
      method,
      headers: all,
      body: sent,
      keepalive,
      cache: "no-store",
      credentials: "same-origin",
      redirect: "error",
      signal: AbortSignal.timeout(SILENCE),
    });
    return await shape(response, method);
  } catch (error) {
    const isSilent = error instanceof DOMException && error.name === "TimeoutError";
    const message = isSilent ? "Máy chủ không trả lời" : "Không liên lạc được với máy chủ";
    return { status: 0, data: null, code: "no-network", message, headers: new Headers() };
  }
}

/**
 * @param {Response} response
 * @param {string} method
 */
async function shape(response, method) {
  const type = response.headers.get("Content-Type") ?? "";
  // The answer to HEAD names the type of what it does not bring.
  const data = method === "HEAD" ? null : await bodyOf(response, type);
  if (!response.ok) await response.body?.cancel().catch(() => {}); // it may have been read; then there is nothing to end
  const { status, headers } = response;
  const isProblem = !response.ok && typeof data === "object" && data !== null;
  return {
    status,
    data,
    code: isProblem ? String(data.code ?? data.type ?? "").replace(/^.*[/:#]/, "") : "",
    message: isProblem ? String(data.detail ?? data.title ?? "") : "",
    headers,
  };
}

/**
 * @param {string} text
 * @returns {Promise<ArrayBuffer | null>} null: this browser cannot
 */
async function compressed(text) {
  if (typeof CompressionStream !== "function") return null;
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Response(stream).arrayBuffer();
}

/**
 * @param {Response} response
 * @param {string} type
 */
function bodyOf(response, type) {
  if (/json/.test(type)) return response.json();
  return response.ok && type.startsWith("image/") ? response.arrayBuffer() : null;
}

/** A request that did not do what it should: the run ends, the queue stays. */
export class Failed extends Error {
  /** @param {Answer} answer */
  constructor(answer) {
    super(answer.message || answer.code || `HTTP ${answer.status}`);
    this.answer = answer;
  }
}
