import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Mikasa',
  aliases: ['Mikasa', '三笠'],
  makes: ['Plate Compactor'],
  models: [
    ['Plate Compactor', 'strong', String.raw`(?:MVC|MVH|MTX|MT|MVB)-?[A-Z]?\d{2,3}[A-Z]{0,4}`],
  ],
};
