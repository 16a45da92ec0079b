import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Furukawa',
  aliases: ['Furukawa', '古河'],
  makes: ['Drilling Rig', 'Crane', 'Loader'],
  models: [
    ['Drilling Rig', 'strong', String.raw`(?:HCR|PCR|DCR|JTH)\d{2,4}[A-Z]{0,3}(?:-[A-Z]{0,3}\d?)?`],
    ['Wheel Loader', 'medium', String.raw`FL\d{2,3}[A-Z]?(?:-\d|-I{1,2})?`],
  ],
};
