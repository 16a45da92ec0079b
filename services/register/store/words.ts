// How texts become the words that people search by: the same for what is stored and what is asked for.

const mostWords = 32;
const longestWord = 64;

/** Lower-case words of letters and digits; `EC220` is found as `ec220` also where it stands as `EC 220`. */
export function wordsOf(...texts: readonly (string | null | undefined)[]): string[] {
  const words = texts.flatMap((text) => {
    const found = splitWords(text ?? '');
    return found.length === 2 ? [...found, found.join('')] : found;
  });
  return [...new Set(words)].slice(0, mostWords);
}

export const splitWords = (text: string): string[] =>
  (
    text
      .normalize('NFKC')
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? []
  ).map((word) => word.slice(0, longestWord));
