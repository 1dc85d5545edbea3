/** Texts that programs wrote, for people: what would move a cursor or ring a bell is shown and not done. */
export function printable(text: string): string {
  return text.toWellFormed().replace(/(?![\t\n])[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu, (character) => {
    const code = character.charCodeAt(0).toString(16);
    return code.length > 2 ? `\\u${code.padStart(4, '0')}` : `\\x${code.padStart(2, '0')}`;
  });
}
