/** Cuts a question that is too long into parts the service takes, at the best place near each end. */

/** Best first: between paragraphs, lines, sentences, words. */
const SEAMS = [/\n\s*\n/g, /\n/g, /[.!?。！？]\s*/g, /\s/g];
/** A part shorter than this share of the limit would be a waste. */
const SHORTEST = 0.5;

export function partsNeeded(length: number, maxChars: number): number {
  return Math.ceil(length / maxChars);
}

/** The parts, each at most `maxChars` code points long; together they are the text but for blanks at the seams. */
export function splitText(text: string, maxChars: number): string[] {
  const parts: string[] = [];
  let rest = text.trim();
  while (Array.from(rest).length > maxChars) {
    const longest = Array.from(rest).slice(0, maxChars).join('');
    const end = seam(longest);
    parts.push(rest.slice(0, end).trim());
    rest = rest.slice(end).trim();
  }
  return [...parts, rest].filter((part) => part !== '');
}

function seam(text: string): number {
  for (const pattern of SEAMS) {
    const last = [...text.matchAll(pattern)].at(-1);
    const end = last ? last.index + last[0].length : 0;
    if (end >= text.length * SHORTEST) return end;
  }
  return text.length;
}
