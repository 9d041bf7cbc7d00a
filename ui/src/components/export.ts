/** Answers and conversations as files and for the clipboard. Nothing leaves this machine. */
import type { Turn } from '../state/conversation';

/** A whole conversation as Markdown: questions as headings, answers as they were written. */
export function toMarkdown(turns: readonly Turn[], title: string, language: string): string {
  const time = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' });
  const parts = turns.map(({ question, answer }) =>
    [`## ${question.replaceAll(/\s*\n\s*/g, ' ')}`, `*${time.format(answer.askedAt)}*`, answer.text].join('\n\n'),
  );
  return `${[`# ${title}`, ...parts].join('\n\n')}\n`;
}

export function saveFile(text: string, name: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: 'text/markdown;charset=utf-8' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // The browser has taken the text by then.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/** A file name with the local time: `conversation-2026-11-25-1405.md`. */
export function fileName(stem: string, at: Date): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${stem}-${day}-${two(at.getHours())}${two(at.getMinutes())}.md`;
}

/** As Markdown for editors, and as it looks for word processors. Rejects where the browser allows neither. */
export async function copyAnswer(markdown: string, drawn: Element | null): Promise<void> {
  const html = drawn ? cleanHtml(drawn) : null;
  if (html !== null && typeof ClipboardItem !== 'undefined') {
    const blob = (type: string, text: string): Blob => new Blob([text], { type });
    const items = { 'text/plain': blob('text/plain', markdown), 'text/html': blob('text/html', html) };
    try {
      await navigator.clipboard.write([new ClipboardItem(items)]);
      return;
    } catch {
      // Not every browser takes HTML; plain text is better than nothing.
    }
  }
  await navigator.clipboard.writeText(markdown);
}

/** What is for the page alone stays here: buttons, words for screen readers, classes. */
function cleanHtml(drawn: Element): string {
  const copy = drawn.cloneNode(true) as Element;
  for (const element of copy.querySelectorAll('figcaption, button, .visually-hidden')) element.remove();
  for (const element of copy.querySelectorAll('*')) {
    for (const { name } of [...element.attributes])
      if (name !== 'href' && name !== 'start') element.removeAttribute(name);
  }
  return copy.innerHTML;
}
