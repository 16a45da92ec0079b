import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'BelAZ',
  aliases: ['BelAZ', 'БелАЗ'],
  makes: ['Dump Truck', 'Loader'],
  models: [['Rigid Dump Truck', 'strong', String.raw`7[5-8]\d{2,3}[A-Z]?`]],
};
