import { version, type Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Sumitomo',
  aliases: ['Sumitomo', '住友', '住友建機', '住友建机'],
  makes: ['Excavator', 'Asphalt Paver'],
  models: [
    ['Excavator', 'strong', String.raw`SH\d{2,3}(?:X|LC|LHD|B|US|TN)*${version}`],
    ['Excavator', 'strong', String.raw`SH\d{2,3}(?:XU|X|U|LC|LHD|HD|B|US|TN|W|CT)*${version}`],
    ['Asphalt Paver', 'strong', String.raw`HA\d{2}[CW](?:-\d{1,2})?`],
  ],
};
