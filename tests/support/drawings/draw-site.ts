import { seededChances, type Chances } from './seeded-random.ts';

/** What the light is like. */
export const moods = {
  noon: { sky: ['#6fb1e0', '#dcecf5'], hills: '#8fa58f', ground: ['#b99a72', '#8d6f4c'] },
  dusk: { sky: ['#6d7fa8', '#f0c9a0'], hills: '#7d7a86', ground: ['#9a7d62', '#65503c'] },
  overcast: { sky: ['#9aa7b2', '#dde2e5'], hills: '#8d979b', ground: ['#a49a8a', '#756c5e'] },
  quarry: { sky: ['#86c0e6', '#eef5f8'], hills: '#b3a58f', ground: ['#cbbda4', '#9c8c72'] },
} as const;
export type Mood = keyof typeof moods;

/** The height at which machines stand, in pixels of the 1280x960 picture. */
export const groundLevel = 780;

/** A construction site without a machine; wider than the picture, so that a tilt shows no edge. */
export function drawSite(mood: Mood, seed: number): string {
  const chances = seededChances(seed);
  const { sky, hills, ground } = moods[mood];
  return [
    `<defs><linearGradient id="sky" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="${sky[0]}"/><stop offset="1" stop-color="${sky[1]}"/></linearGradient>`,
    `<linearGradient id="ground" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="${ground[0]}"/><stop offset="1" stop-color="${ground[1]}"/></linearGradient>`,
    `<filter id="soft"><feGaussianBlur stdDeviation="14"/></filter></defs>`,
    `<rect x="-200" y="-200" width="1680" height="900" fill="url(#sky)"/>`,
    ...clouds(chances),
    ridge(chances, 560, 60, hills, 0.55),
    ...crane(chances.between(80, 1180), 604),
    ridge(chances, 610, 34, hills, 0.95),
    ...building(chances),
    `<rect x="-200" y="640" width="1680" height="600" fill="url(#ground)"/>`,
    ...heaps(chances, ground[1]),
    ...fence(),
    ...ruts(chances, ground[1]),
    ...stones(chances, ground),
  ].join('');
}

function clouds(chances: Chances): string[] {
  return Array.from({ length: 5 }, () => {
    const [x, y, width] = [
      chances.between(-100, 1350),
      chances.between(20, 230),
      chances.between(90, 210),
    ];
    return `<g fill="#fff" opacity=".55" filter="url(#soft)"><ellipse cx="${n(x)}" cy="${n(y)}" rx="${n(width)}" ry="26"/><ellipse cx="${n(x + width * 0.3)}" cy="${n(y - 20)}" rx="${n(width * 0.5)}" ry="30"/></g>`;
  });
}

function ridge(
  chances: Chances,
  level: number,
  rise: number,
  color: string,
  opacity: number,
): string {
  const tops = Array.from(
    { length: 15 },
    (_, at) => `${-220 + at * 122},${n(level - chances.between(0, rise))}`,
  );
  return `<polygon points="-220,700 ${tops.join(' ')} 1500,700" fill="${color}" opacity="${opacity}"/>`;
}

function crane(x: number, foot: number): string[] {
  const left = n(x);
  return [
    `<g stroke="#6b5a3a" stroke-width="3" opacity=".75" fill="none">`,
    `<path d="M${left},${foot} V190 M${n(x + 14)},${foot} V190"/>`,
    ...Array.from(
      { length: 18 },
      (_, rung) =>
        `<path d="M${left},${foot - rung * 23} L${n(x + 14)},${foot - 23 - rung * 23}"/>`,
    ),
    `<path d="M${n(x - 110)},204 H${n(x + 300)} M${n(x - 110)},192 H${n(x + 300)} M${n(x + 7)},150 L${n(x + 300)},192 M${n(x + 7)},150 L${n(x - 110)},192 M${left},190 L${n(x + 7)},150 L${n(x + 14)},190 M${n(x + 220)},204 V330"/>`,
    `<rect x="${n(x - 108)}" y="204" width="34" height="34" fill="#6b5a3a"/></g>`,
  ];
}

function building(chances: Chances): string[] {
  const left = chances.between(-60, 820);
  const floors = 3;
  const parts = [`<g opacity=".8">`];
  for (let floor = 0; floor < floors; floor += 1) {
    const y = 640 - (floor + 1) * 74;
    parts.push(`<rect x="${n(left)}" y="${y}" width="420" height="10" fill="#9aa0a3"/>`);
    for (let column = 0; column < 6; column += 1)
      parts.push(
        `<rect x="${n(left + 8 + column * 79)}" y="${y + 10}" width="12" height="64" fill="#878d91"/>`,
      );
  }
  parts.push(
    ...Array.from(
      { length: 9 },
      (_, rod) =>
        `<path d="M${n(left + 14 + rod * 49)},418 v-26" stroke="#7a5b4a" stroke-width="3"/>`,
    ),
    `</g>`,
  );
  return parts;
}

function heaps(chances: Chances, color: string): string[] {
  return Array.from({ length: 2 }, () => {
    const [x, width, height] = [
      chances.between(0, 1280),
      chances.between(150, 260),
      chances.between(60, 110),
    ];
    return `<path d="M${n(x - width)},668 Q${n(x - width * 0.3)},${n(660 - height * 1.3)} ${n(x)},${n(662 - height)} Q${n(x + width * 0.5)},${n(650 - height * 0.7)} ${n(x + width)},668 Z" fill="${color}" opacity=".8"/>`;
  });
}

function fence(): string[] {
  return Array.from({ length: 12 }, (_, post) => {
    const x = -200 + post * 150;
    return `<g opacity=".75"><path d="M${x},655 v-44" stroke="#6f7376" stroke-width="5"/><rect x="${x}" y="615" width="150" height="11" fill="#e8e4dc"/><path d="M${x + 20},615 h36 l-10,11 h-36 Z M${x + 95},615 h36 l-10,11 h-36 Z" fill="#d2493a"/></g>`;
  });
}

function ruts(chances: Chances, color: string): string[] {
  return Array.from({ length: 4 }, (_, rut) => {
    const y = 800 + rut * 38;
    return `<path d="M-200,${y} Q${n(chances.between(200, 500))},${n(y + chances.between(-24, 24))} 640,${y} T1480,${y}" fill="none" stroke="${color}" stroke-width="${12 + rut * 3}" stroke-dasharray="26 9" opacity=".45"/>`;
  });
}

function stones(chances: Chances, ground: readonly [string, string]): string[] {
  return Array.from({ length: 150 }, () => {
    const y = chances.between(660, 1000);
    const size = ((y - 600) / 300) * chances.between(2, 7);
    return `<ellipse cx="${n(chances.between(-150, 1430))}" cy="${n(y)}" rx="${n(size * 1.5)}" ry="${n(size * 0.7)}" fill="${chances.next() < 0.5 ? ground[0] : ground[1]}" stroke="#4a3b2a" stroke-opacity=".3"/>`;
  });
}

const n = (value: number) => Number(value.toFixed(1));
