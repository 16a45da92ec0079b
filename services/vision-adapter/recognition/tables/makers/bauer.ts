import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Bauer',
  aliases: ['Bauer Maschinen'],
  words: ['BAUER'],
  makes: ['Drilling Rig', 'Crane'],
  models: [
    ['Drilling Rig', 'strong', String.raw`(E?BG|MC)(\d{1,3})([A-Z]?)`, '$1 $2 $3'],
    ['Drilling Rig', 'strong', String.raw`(BG)(\d{2})((?:VALUELINE|PREMIUMLINE|H)?)`, '$1 $2 $3'],
  ],
};
