import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Sakai',
  aliases: ['Sakai', '酒井', '酒井重工業'],
  makes: ['Roller'],
  models: [
    ['Single Drum Roller', 'medium', String.raw`SV\d{2,3}(?:D|T|TF|TV|TB|FB)?(?:-E)?`],
    ['Tandem Roller', 'medium', String.raw`(SW|TW)(\d{3})((?:S|W|ND)?)(-?(?:II|\d))?`, '$1$2$3$4'],
    ['Pneumatic Roller', 'medium', String.raw`(?:TS|TZ|GW)\d{3,4}C?(?:-\d)?`],
    ['Roller', 'medium', String.raw`R2H?(?:-\d)?|CR\d{3}`],
  ],
};
