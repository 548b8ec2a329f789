/** Nothing that we write or print holds a key, whatever an endpoint sends back. */

const MARK = '[key removed]';

/** A function that removes `key` from texts, in the spellings that an echo could use. */
export function redactor(key: string): (text: string) => string {
  if (key.length < 4) return (text) => text;
  const spellings = new Set([
    key,
    encodeURIComponent(key),
    JSON.stringify(key).slice(1, -1),
    Buffer.from(key).toString('base64'),
    Buffer.from(key).toString('base64url'),
  ]);
  // As some endpoints echo it: both ends with stars or dots between.
  const beginning = key.slice(0, 4).replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const masked = new RegExp(`${beginning}[\\w-]*(?:[*…]|\\.{3,})[\\w*….-]*`, 'g');
  return (text) => {
    let clean = text;
    for (const spelling of spellings) clean = clean.split(spelling).join(MARK);
    return clean.replace(masked, MARK);
  };
}
