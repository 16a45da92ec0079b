import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Venieri',
  aliases: ['Venieri', 'VF Venieri'],
  makes: ['Loader', 'Excavator'],
  models: [['Wheel Loader', 'medium', String.raw`(VF)?(\d{1,2}\.\d{2,3})([A-Z]?)`, '$1 $2 $3']],
};
