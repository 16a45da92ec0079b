// A construction site without a machine, by chance; wider than the picture, so that a tilt shows no edge.
import { seededChances, type Chances } from './seeded-random.ts';

/** What the light is like. */
export const moods = {
  noon: { sky: ['#6fb1e0', '#dcecf5'], hills: '#8fa58f', ground: ['#b99a72', '#8d6f4c'] },
  dusk: { sky: ['#6d7fa8', '#f0c9a0'], hills: '#7d7a86', ground: ['#9a7d62', '#65503c'] },
  overcast: { sky: ['#9aa7b2', '#dde2e5'], hills: '#8d979b', ground: ['#a49a8a', '#756c5e'] },
  quarry: { sky: ['#86c0e6', '#eef5f8'], hills: '#b3a58f', ground: ['#cbbda4', '#9c8c72'] },
} as const;
export type Mood = keyof typeof moods;

export function drawSite(mood: Mood, seed: number): { background: string; foreground: string } {
  const chances = seededChances(seed);
  const { hills, ground } = moods[mood];
  const background = [
    repeat(5, () => cloud(chances)),
    ridge(chances, 560, 60, hills, 0.55),
    crane(chances.between(80, 1180)),
    ridge(chances, 610, 34, hills, 0.95),
    building(chances.between(-60, 820)),
  ];
  const foreground = [
    repeat(2, () => heap(chances, ground[1])),
    repeat(12, (post) => fence(-200 + post * 150)),
    repeat(4, (at) => rut(chances, 800 + at * 38, 12 + at * 3, ground[1])),
    repeat(150, () => stone(chances, ground)),
  ];
  return { background: background.join(''), foreground: foreground.join('') };
}

const repeat = (times: number, draw: (at: number) => string) =>
  Array.from({ length: times }, (_, at) => draw(at)).join('');

function cloud({ between }: Chances): string {
  const [x, y, width] = [between(-100, 1350), between(20, 230), between(90, 210)];
  return `<g fill="#fff" opacity=".55" filter="url(#soft)"><ellipse cx="${n(x)}" cy="${n(y)}" rx="${n(width)}" ry="26"/><ellipse cx="${n(x + width * 0.3)}" cy="${n(y - 20)}" rx="${n(width * 0.5)}" ry="30"/></g>`;
}

function ridge(chances: Chances, level: number, rise: number, color: string, opacity: number) {
  const tops = repeat(15, (at) => `${-220 + at * 122},${n(level - chances.between(0, rise))} `);
  return `<polygon points="-220,700 ${tops}1500,700" fill="${color}" opacity="${opacity}"/>`;
}

function crane(x: number): string {
  const at = (right: number) => n(x + right);
  const rungs = repeat(18, (r) => ` M${at(0)},${604 - r * 23} L${at(14)},${581 - r * 23}`);
  return `<g stroke="#6b5a3a" stroke-width="3" opacity=".75" fill="none"><path d="M${at(0)},604 V190 M${at(14)},604 V190${rungs}"/><path d="M${at(-110)},204 H${at(300)} M${at(-110)},192 H${at(300)} M${at(7)},150 L${at(300)},192 M${at(7)},150 L${at(-110)},192 M${at(0)},190 L${at(7)},150 L${at(14)},190 M${at(220)},204 V330"/><rect x="${at(-108)}" y="204" width="34" height="34" fill="#6b5a3a"/></g>`;
}

function building(left: number): string {
  const at = (right: number) => n(left + right);
  const floors = repeat(3, (floor) => {
    const y = 566 - floor * 74;
    const column = (c: number) =>
      `<rect x="${at(8 + c * 79)}" y="${y + 10}" width="12" height="64" fill="#878d91"/>`;
    return `<rect x="${at(0)}" y="${y}" width="420" height="10" fill="#9aa0a3"/>${repeat(6, column)}`;
  });
  const rods = repeat(9, (rod) => `M${at(14 + rod * 49)},418 v-26 `);
  return `<g opacity=".8">${floors}<path d="${rods}" stroke="#7a5b4a" stroke-width="3"/></g>`;
}

function heap({ between }: Chances, color: string): string {
  const [x, width, height] = [between(0, 1280), between(150, 260), between(60, 110)];
  return `<path d="M${n(x - width)},668 Q${n(x - width * 0.3)},${n(660 - height * 1.3)} ${n(x)},${n(662 - height)} Q${n(x + width * 0.5)},${n(650 - height * 0.7)} ${n(x + width)},668 Z" fill="${color}" opacity=".8"/>`;
}

const fence = (x: number) =>
  `<g opacity=".75"><path d="M${x},655 v-44" stroke="#6f7376" stroke-width="5"/><rect x="${x}" y="615" width="150" height="11" fill="#e8e4dc"/><path d="M${x + 20},615 h36 l-10,11 h-36 Z M${x + 95},615 h36 l-10,11 h-36 Z" fill="#d2493a"/></g>`;

const rut = ({ between }: Chances, y: number, width: number, color: string) =>
  `<path d="M-200,${y} Q${n(between(200, 500))},${n(y + between(-24, 24))} 640,${y} T1480,${y}" fill="none" stroke="${color}" stroke-width="${width}" stroke-dasharray="26 9" opacity=".45"/>`;

function stone({ between, next }: Chances, [far, near]: readonly [string, string]): string {
  const y = between(660, 1000);
  const size = ((y - 600) / 300) * between(2, 7);
  return `<ellipse cx="${n(between(-150, 1430))}" cy="${n(y)}" rx="${n(size * 1.5)}" ry="${n(size * 0.7)}" fill="${next() < 0.5 ? far : near}" stroke="#4a3b2a" stroke-opacity=".3"/>`;
}

const n = (value: number) => Number(value.toFixed(1));
