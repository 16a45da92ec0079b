import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'IHI',
  aliases: ['IHI', '石川島'],
  makes: ['Excavator', 'Crane'],
  models: [
    ['Mini Excavator', 'strong', String.raw`\d{2}(?:VX|NX|JX)-?\d?`],
    ['Mini Excavator', 'strong', String.raw`\d{1,3}(?:VX[ET]?|NXT?|JX|V4|N4|N3)(?:-\d)?`],
    ['Mini Excavator', 'medium', String.raw`\d{1,3}[JNGZ](?:-\d)?`],
  ],
};
