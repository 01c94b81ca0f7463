/* t.me addresses stay inside the page, as a messenger keeps them inside the app. */

/** What a link asks for: {kind: "start", username, payload} · {kind: "message", chatKey, messageId} ·
 *  {kind: "profile", username} · {kind: "outside", url}. */
export function parseLink(url) {
  const address = read(url);
  if (!address) return { kind: "outside", url };
  if (address.protocol === "tg:") return fromScheme(address, url);
  if (!/^(www\.)?(t\.me|telegram\.me)$/i.test(address.hostname)) return { kind: "outside", url };
  const parts = address.pathname.split("/").filter(Boolean);
  // t.me/c/<id>/<message> and t.me/c/<id>/<thread>/<message>: the id without its -100 in front
  if (parts[0] === "c" && parts.length >= 3) return { kind: "message", chatKey: `-100${parts[1]}`, messageId: Number(parts.at(-1)) };
  if (address.searchParams.has("start")) return { kind: "start", username: parts[0] ?? "", payload: address.searchParams.get("start") };
  if (parts.length === 1) return { kind: "profile", username: parts[0] };
  return { kind: "outside", url };
}

function fromScheme(address, url) {
  const username = address.searchParams.get("domain");
  if (address.host !== "resolve" || !username) return { kind: "outside", url };
  const payload = address.searchParams.get("start");
  return payload === null ? { kind: "profile", username } : { kind: "start", username, payload };
}

function read(url) {
  try {
    return new URL(url);
  } catch {
    return null;
  }
}
