import { version, type Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Sumitomo',
  makes: ['Excavator', 'Asphalt Paver'],
  models: [['Excavator', 'strong', String.raw`SH\d{2,3}(?:X|LC|LHD|B|US|TN)*${version}`]],
};
