/** A text in the encodings in which it could be found. */
export function spellingsOf(text: string): string[] {
  const bytes = Buffer.from(text);
  const inBase64 = [bytes.toString('base64'), bytes.toString('base64url')].map((each) => each.replace(/=+$/, ''));
  return [text, ...inBase64, bytes.toString('hex'), encodeURIComponent(text), JSON.stringify(text)];
}
