/** The start of a text, at most `longest` UTF-16 units, never with half a character at its end. */
export function shorten(text: string, longest: number): string {
  if (text.length <= longest) return text;
  const last = text.charCodeAt(longest - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? longest - 1 : longest);
}
