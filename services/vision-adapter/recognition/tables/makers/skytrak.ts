import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'SkyTrak',
  aliases: ['SkyTrak'],
  makes: ['Telehandler'],
  models: [['Telehandler', 'medium', String.raw`\d{4,5}`]],
};
