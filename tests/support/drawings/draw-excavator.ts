import { cab, crawler, cylinder, disc, line, outline, pin, polygon, type Paint } from './paint.ts';
import type { MachineShape } from './machine-shape.ts';

/** A crawler excavator from its side, the bucket on the ground; the panels are free of detail. */
export const excavator: MachineShape = {
  middle: 150,
  panels: {
    arm: { x: 322, y: -487, width: 268, height: 40, slope: -6.5, ground: 'body' },
    side: { x: -154, y: -234, width: 204, height: 62, slope: 0, ground: 'body' },
    tail: { x: -312, y: -228, width: 76, height: 60, slope: 0, ground: 'trim' },
    low: { x: -150, y: -174, width: 190, height: 22, slope: 0, ground: 'body' },
    stick: { x: 548, y: -355, width: 150, height: 26, slope: 73, ground: 'body' },
  },
  draw: (paint) =>
    [
      attachment(),
      crawler(-330, 150, 118),
      polygon(
        [
          [-190, -112],
          [30, -112],
          [14, -142],
          [-174, -142],
        ],
        'url(#dark)',
      ),
      house(paint),
      boom(),
      cab(
        [
          [-6, -166],
          [2, -372],
          [104, -372],
          [132, -166],
        ],
        paint.body,
      ),
    ].join(''),
};

function house(paint: Paint): string {
  const grille = Array.from({ length: 6 }, (_, slot) =>
    line(
      [
        [-258 + slot * 13, -300],
        [-258 + slot * 13, -284],
      ],
      '#1d1f21',
      5,
    ),
  );
  return [
    // counterweight
    outline(
      'M-372,-168 Q-384,-232 -362,-286 Q-356,-300 -338,-300 L-268,-300 L-268,-150 L-350,-150 Q-368,-152 -372,-168 Z',
      'url(#trim)',
    ),
    // engine hood and side doors
    outline(
      'M-270,-150 L-270,-306 Q-268,-318 -254,-318 L-40,-318 L-8,-290 L-8,-150 Z',
      'url(#body)',
    ),
    line(
      [
        [-270, -278],
        [-8, -278],
      ],
      '#17191b',
      2.5,
      'opacity=".5"',
    ),
    line(
      [
        [-262, -190],
        [-14, -190],
      ],
      '#17191b',
      2,
      'opacity=".35"',
    ),
    ...grille,
    line(
      [
        [-40, -272],
        [-40, -196],
      ],
      '#17191b',
      2,
      'opacity=".35"',
    ),
    disc([-28, -232], 4, '#1d1f21'),
    // exhaust, rail, step
    outline('M-226,-318 v-44 q0,-8 9,-8 q9,0 9,8 v44 Z', 'url(#dark)'),
    line(
      [
        [-180, -318],
        [-180, -352],
        [-70, -352],
        [-70, -318],
      ],
      '#2b2e32',
      6,
    ),
    line(
      [
        [-125, -318],
        [-125, -352],
      ],
      '#2b2e32',
      5,
    ),
    polygon(
      [
        [-378, -158],
        [134, -158],
        [126, -136],
        [-352, -136],
      ],
      'url(#dark)',
    ),
    polygon(
      [
        [-40, -150],
        [-6, -150],
        [-6, -310],
        [-40, -318],
      ],
      paint.trim,
      'opacity=".25"',
    ),
  ].join('');
}

function boom(): string {
  return [
    cylinder([118, -150], [238, -392], 26),
    outline(
      'M36,-196 L150,-420 Q176,-492 236,-520 Q262,-530 300,-530 L520,-546 L552,-512 L540,-486 L300,-446 Q262,-440 244,-408 L112,-166 Q96,-160 60,-164 Q34,-174 36,-196 Z',
      'url(#body)',
    ),
    line(
      [
        [196, -474],
        [250, -506],
        [520, -530],
      ],
      '#ffffff',
      4,
      'opacity=".35"',
    ),
    pin([72, -178], 17),
    pin([238, -392], 11),
  ].join('');
}

function attachment(): string {
  return [
    // stick, with its tail above the boom's end
    outline(
      'M470,-566 L500,-586 L556,-540 L636,-214 L620,-190 L592,-198 L510,-490 Z',
      'url(#body)',
    ),
    cylinder([300, -548], [488, -570], 20),
    cylinder([556, -500], [640, -282], 18),
    // links and bucket
    line(
      [
        [640, -282],
        [668, -196],
      ],
      '#3c4046',
      16,
    ),
    line(
      [
        [606, -262],
        [640, -282],
      ],
      '#3c4046',
      14,
    ),
    outline(
      'M590,-206 Q640,-226 684,-196 Q700,-120 650,-52 Q600,-14 528,-26 L520,-58 Q566,-60 580,-98 Z',
      'url(#dark)',
    ),
    outline('M664,-184 Q676,-118 634,-66 Q598,-34 540,-38', 'none', 'style="stroke-opacity:.35"'),
    ...[0, 1, 2].map((tooth) =>
      polygon(
        [
          [530 + tooth * 10, -56 + tooth * 4],
          [492 + tooth * 14, -24 + tooth * 6],
          [538 + tooth * 12, -26 + tooth * 2],
        ],
        'url(#steel)',
      ),
    ),
    pin([606, -206], 12),
    pin([668, -196], 10),
    pin([530, -516], 15),
  ].join('');
}
