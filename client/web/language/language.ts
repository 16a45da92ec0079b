// The two languages, and how times and sizes are written in them.
import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { da } from './da.ts';
import { en } from './en.ts';

export const languages = ['da', 'en'] as const;
export type Language = (typeof languages)[number];

const key = 'trackunit.language';

declare module 'i18next' {
  interface CustomTypeOptions {
    resources: { translation: typeof en };
    returnNull: false;
  }
}

/** What was chosen here, else what the browser asks for, else English. */
export async function startLanguage(): Promise<void> {
  const wanted = [localStorage.getItem(key), ...navigator.languages].map((tag) =>
    languages.find((language) => tag?.startsWith(language)),
  );
  i18next.on('languageChanged', (language) => (document.documentElement.lang = language));
  await i18next.use(initReactI18next).init({
    resources: { da: { translation: da }, en: { translation: en } },
    lng: wanted.find((language) => language !== undefined) ?? 'en',
    fallbackLng: 'en',
    interpolation: { escapeValue: false }, // React escapes
  });
}

export async function chooseLanguage(language: Language): Promise<void> {
  localStorage.setItem(key, language);
  await i18next.changeLanguage(language);
}

export const formatTime = (time: string, language: string): string =>
  new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' }).format(
    new Date(time),
  );

/** @param bytes e.g. 1,300,000: `1.3 MB`. */
export function formatBytes(bytes: number, language: string): string {
  const [amount, unit] =
    bytes < 1_000_000 ? [bytes / 1_000, 'kilobyte'] : [bytes / 1_000_000, 'megabyte'];
  const digits = unit === 'kilobyte' ? 0 : 1;
  return new Intl.NumberFormat(language, {
    ...{ style: 'unit', unit, unitDisplay: 'short' },
    ...{ minimumFractionDigits: digits, maximumFractionDigits: digits },
  }).format(amount);
}

/** @param seconds e.g. 40: `40 seconds`; from 90 on in minutes. */
export function formatDuration(seconds: number, language: string): string {
  const [amount, unit] = seconds < 90 ? [seconds, 'second'] : [Math.round(seconds / 60), 'minute'];
  const style = { style: 'unit', unit, unitDisplay: 'long' } as const;
  return new Intl.NumberFormat(language, style).format(amount);
}

/** What helps, in the person's language; a code without a row keeps the words of who answered. */
export function remedyIn(code: string, fallback: string): string {
  return Object.hasOwn(en.remedy, code)
    ? i18next.t(`remedy.${code as keyof typeof en.remedy}`)
    : fallback;
}
