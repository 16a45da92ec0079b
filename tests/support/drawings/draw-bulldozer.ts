import { cab, crawler, cylinder, line, outline, pin, polygon } from './paint.ts';
import type { MachineShape } from './machine-shape.ts';

/** A bulldozer from its side, the blade just above the ground, a ripper behind. */
export const bulldozer: MachineShape = {
  middle: 0,
  panels: {
    side: { x: 138, y: -284, width: 206, height: 54, slope: 0, ground: 'body' },
    tail: { x: -258, y: -226, width: 116, height: 50, slope: 0, ground: 'body' },
    low: { x: -72, y: -243, width: 190, height: 36, slope: 0, ground: 'trim' },
    arm: { x: 152, y: -214, width: 186, height: 36, slope: 0, ground: 'body' },
    stick: { x: 150, y: -68, width: 150, height: 18, slope: 3.5, ground: 'body' },
  },
  draw: (paint) =>
    [
      ripper(),
      outline('M-330,-120 L-330,-250 Q-326,-268 -300,-268 L-150,-268 L-150,-120 Z', 'url(#body)'),
      polygon(
        [
          [-170, -230],
          [40, -230],
          [40, -150],
          [-170, -150],
        ],
        'url(#dark)',
      ),
      hood(),
      cab(
        [
          [-176, -262],
          [-164, -468],
          [-14, -468],
          [14, -262],
        ],
        paint.body,
      ),
      outline('M-190,-270 L40,-270 L52,-216 L-190,-216 Z', 'url(#trim)'),
      crawler(-360, 270, 176),
      blade(),
    ].join(''),
};

function hood(): string {
  return [
    outline(
      'M20,-180 L20,-330 Q24,-344 40,-346 L262,-322 Q284,-318 284,-298 L284,-180 Z',
      'url(#body)',
    ),
    line(
      [
        [24, -248],
        [282, -248],
      ],
      '#17191b',
      2.5,
      'opacity=".4"',
    ),
    polygon(
      [
        [262, -316],
        [284, -300],
        [284, -180],
        [262, -180],
      ],
      'url(#dark)',
    ),
    outline('M92,-340 v-66 q0,-8 10,-8 q10,0 10,8 v66 Z', 'url(#dark)'),
    outline('M170,-334 v-34 q0,-8 14,-8 q14,0 14,8 v36 Z', 'url(#dark)'),
  ].join('');
}

function blade(): string {
  return [
    outline('M-40,-96 L330,-70 L332,-40 L-40,-58 Z', 'url(#body)'),
    cylinder([282, -240], [366, -120], 22),
    pin([-30, -78], 17),
    outline(
      'M352,-250 Q410,-246 420,-252 Q376,-150 440,-26 L440,-6 L362,-10 Q326,-130 352,-250 Z',
      'url(#body)',
    ),
    outline('M352,-250 Q326,-130 362,-10', 'none', 'style="stroke-width:8px"'),
    polygon(
      [
        [362, -12],
        [448, -8],
        [452, 6],
        [366, 4],
      ],
      'url(#steel)',
    ),
    pin([348, -58], 12),
  ].join('');
}

function ripper(): string {
  return [
    cylinder([-330, -220], [-420, -150], 18),
    line(
      [
        [-330, -130],
        [-430, -120],
      ],
      '#4b5159',
      20,
    ),
    outline(
      'M-452,-180 L-412,-180 L-412,-70 L-446,-6 L-462,-14 L-440,-80 L-452,-100 Z',
      'url(#dark)',
    ),
    pin([-424, -130], 11),
  ].join('');
}
