// What looks like a model number and is none. One row each: how it looks, and what it is.

/** A whole token that is never part of a model number. */
export const rejectedTokens: readonly { readonly what: string; readonly pattern: RegExp }[] = [
  { what: 'year', pattern: /^(?:19[5-9]\d|20[0-4]\d)$/u },
  { what: 'long number', pattern: /\d{5,}/u },
  {
    what: 'measure',
    pattern:
      /^\d+(?:[.,]\d+)?(?:KG|TON|TONS|TONNE|TONNES|TONN|TO|HP|KW|PS|HK|AH|LTR|MM|CM|KM|KMH|BAR|PSI|RPM|DB|DBA|KN|NM|HZ|KVA|FT|LB|LBS|%|°C?)$/u,
  },
  { what: 'standard', pattern: /^(?:ISO|DIN|ANSI|SAE|EN|RAL)-?\d/u },
  { what: 'telephone', pattern: /^\+\d/u },
  { what: 'date', pattern: /^\d{1,2}[./-]\d{1,2}[./-]\d{2,4}$/u },
  { what: 'time', pattern: /^\d{1,2}:\d{2}$/u },
  { what: 'address', pattern: /@|WWW\.|\.(?:COM|DK|DE|SE|NO|NET|EU|UK|ORG)$/u },
];

/** Looks like a measure, but some makers write models so (320L, 950M): weak evidence at most. */
export const perhapsMeasure = /^\d+(?:[.,]\d+)?(?:T|V|L|M|A|W|G|C|F|H)$/u;

/** Units that stand apart from their number ("100 KG"). */
export const unitWords: ReadonlySet<string> = new Set([
  'KG',
  'T',
  'TON',
  'TONS',
  'TONNE',
  'TONNES',
  'TONN',
  'HP',
  'KW',
  'PS',
  'HK',
  'V',
  'VOLT',
  'AH',
  'LTR',
  'LITER',
  'LITRE',
  'LITRES',
  'MM',
  'CM',
  'KM',
  'BAR',
  'PSI',
  'RPM',
  'DB',
  'KN',
  'NM',
  'HZ',
  'KVA',
  'FT',
  'LB',
  'LBS',
  '%',
  'TIMER',
  'HOURS',
  'HRS',
  'KR',
  'EUR',
  'DKK',
]);

/** Words after which anything is something else: a telephone, a serial or a fleet number. */
export const namingWords: ReadonlySet<string> = new Set([
  'TLF',
  'TEL',
  'TELEFON',
  'TELEFONNR',
  'PHONE',
  'FAX',
  'MOB',
  'MOBIL',
  'NR',
  'NO',
  'NUMMER',
  'NUMBER',
  '№',
  'SN',
  'S/N',
  'SERIAL',
  'PIN',
  'VIN',
  'REG',
  'CVR',
  'FLEET',
  'UNIT',
  'ID',
  'VOGN',
  'BUS',
  'ROUTE',
  'PLADS',
]);

/** Words after which a token that begins with a digit is something else: standards, limits, years. */
export const countingWords: ReadonlySet<string> = new Set([
  'ISO',
  'EN',
  'DIN',
  'ANSI',
  'CE',
  'SAE',
  'RAL',
  'MAX',
  'MAKS',
  'MIN',
  'YEAR',
  'ÅR',
  'ÅRGANG',
  'BAUJAHR',
  'IN',
  'LWA',
  'SWL',
  'WLL',
  'STAGE',
  'TIER',
  'EURO',
  'KM',
]);

/**
 * Number plates over one to three tokens (joined by single blanks): Denmark and Norway, United
 * Kingdom, Sweden, Germany.
 */
export const plates: readonly RegExp[] = [
  /^[A-Z]{2} ?\d{2} ?\d{3}$/u,
  /^[A-Z]{2}\d{2} [A-Z]{3}$/u,
  /^[A-Z]{3} \d{2}[A-Z0-9]$/u,
  /^[A-ZÄÖÜ]{1,3}-[A-Z]{1,2} ?\d{1,4}$/u,
];
