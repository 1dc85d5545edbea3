/** What stands inside of an HTML page as it is. */
import { hash } from 'node:crypto';

/**
 * A value as JSON for a script element: nothing in it can end the element, or begin a comment in it, whatever texts it
 * holds. JSON.parse gives the value back.
 */
export function embeddedJson(value: unknown): string {
  // In JSON the character stands in texts alone, where it may be escaped.
  return JSON.stringify(value).replace(/<(?=[/!s])/gi, '\\u003c');
}

/** Text between tags, or in a quoted attribute. */
export function escapedText(text: string): string {
  return text.replace(/[&<>"']/g, (mark) => `&#${mark.charCodeAt(0)};`);
}

/** How a Content-Security-Policy names an inline script or style. */
export function inlineHash(content: string): string {
  return `'sha256-${hash('sha256', content, 'base64')}'`;
}
