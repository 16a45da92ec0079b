import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Hydrema',
  makes: ['Excavator', 'Loader', 'Dump Truck'],
  models: [
    ['Articulated Hauler', 'medium', '(?:910|912|922|707)[A-G](?:S|HM)?|D[TK]6|DT27G'],
    ['Articulated Hauler', 'weak', '910|912|922'],
    ['Backhoe Loader', 'medium', '(?:806|808|906|908|926|928)[A-G]'],
    ['Backhoe Loader', 'weak', '806|808|906|908|926|928'],
    ['Wheeled Excavator', 'medium', String.raw`M[XC]1[0-9][A-G]?|M1[0-9]\d{2}[A-G]?`],
    [
      'Articulated Hauler',
      'medium',
      String.raw`(?:707|910|912|922|932)(?:[A-G](?:S|HM)?\+?|HM|GS|FS)|DT\d{1,2}G?`,
    ],
    ['Wheeled Excavator', 'medium', String.raw`M[XC]?\d{2}G?|M\d{4}[A-G]?`],
  ],
};
