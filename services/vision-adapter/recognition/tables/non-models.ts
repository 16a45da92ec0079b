// Words and patterns of what looks like a model number and is none; rejections.ts says what they mean.
import { words } from './words.ts';

/** A measure with its unit: 50HP, 2,5TO. */
export const measure =
  /^\d+(?:[.,]\d+)?(?:KG|TON|TONS|TONNE|TONNES|TONN|TO|HP|KW|PS|HK|AH|LTR|MM|CM|KM|KMH|BAR|PSI|RPM|DB|DBA|KN|NM|HZ|KVA|FT|LB|LBS|%|°C?)$/u;

/** Units that stand apart from their number ("100 KG"). */
export const unitWords = words(
  'KG T TON TONS TONNE TONNES TONN HP KW PS HK V VOLT AH LTR LITER LITRE LITRES MM CM KM BAR PSI RPM DB',
  'KN NM HZ KVA FT LB LBS % TIMER HOURS HRS KR EUR DKK',
);

/** Standards by their number. */
export const standardWords = words('ISO EN DIN ANSI SAE RAL CE');

/** Limits and years of make. */
export const limitWords = words(
  'MAX MAKS MIN SWL WLL LWA STAGE TIER EURO KM YEAR ÅR ÅRGANG BAUJAHR IN SINCE SIDEN',
);

/** Words after which anything is something else: a telephone, a serial or a fleet number, a gate. */
export const namingWords = words(
  'TLF TEL TELEFON TELEFONNR PHONE FAX MOB MOBIL NR NO NUMMER NUMBER № SN S/N SERIAL PIN VIN REG CVR',
  'FLEET UNIT ID VOGN BUS ROUTE PLADS PORT GATE TOR ZONE HAL DOCK',
);

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
