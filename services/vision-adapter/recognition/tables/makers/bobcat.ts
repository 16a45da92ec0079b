import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Bobcat',
  aliases: ['Bobcat', '山猫', '밥캣'],
  makes: ['Excavator', 'Loader', 'Telehandler', 'Roller', 'Forklift'],
  models: [
    [
      'Mini Excavator',
      'medium',
      String.raw`E(?:0?8|10|14|16|17|19|20|25|26|27|32|34|35|37|38|40|42|45|48|50|55|57|60|62|63|80|85|88|145|165)[ZRE]?`,
    ],
    [
      'Mini Excavator',
      'medium',
      '(?:320|321|322|323|324|325|328|331|334|335|337|341|425|428|430|435|442)[A-Z]?',
    ],
    ['Compact Track Loader', 'medium', String.raw`T(?:\d{2}|\d{3})|MT\d{2,3}`],
    [
      'Skid Steer Loader',
      'medium',
      String.raw`S(?:\d{2}|\d{3})|(?:5[45]3|6[45]3|7[45]3|7[67]3|8[567]3|9[567]3)[A-Z]?`,
    ],
    [
      'Telehandler',
      'strong',
      String.raw`TL\d{2}\.\d{2}|T\d{2}\.\d{3}[A-Z]*|TL\d{3}[A-Z]*|TR\d{2}\.\d{3}`,
    ],
    ['Wheel Loader', 'medium', String.raw`L(?:23|28|65|75|85|95)`],
    ['Mini Excavator', 'medium', String.raw`E\d{2,3}[EIWZ]{1,2}`],
    ['Mini Excavator', 'medium', String.raw`X3\d{2}|(?:4[123]\d)(?:HAG|ZHS)`],
    ['Mini Excavator', 'weak', '316|319|418'],
    ['Compact Track Loader', 'medium', String.raw`T\dX|864[A-Z]?`],
    [
      'Skid Steer Loader',
      'medium',
      String.raw`S\dX|(?:4[456]3|5[45]2|6[45]2|7[45][1-3]|8[5-8]3|9[4-7]3|974|7[45]2|74[1-3])[A-Z]?|A[37][07]0`,
    ],
    [
      'Telehandler',
      'medium',
      String.raw`T[234]\d{3,4}[A-Z]{0,3}|V[34567]\d{2}|VR\d{3}|TL\d{3}[A-Z]*`,
    ],
    ['Telehandler', 'strong', String.raw`TL\d{2}\.\d{2}[A-Z]{0,2}|T[RL]?\d{2}\.\d{2,3}[A-Z]{0,3}`],
    ['Wheel Loader', 'medium', String.raw`AL\d{3}`],
  ],
};
