import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Takeuchi',
  aliases: ['Takeuchi', '竹内', '竹内製作所'],
  makes: ['Excavator', 'Loader', 'Site Dumper'],
  models: [
    ['Wheeled Excavator', 'strong', String.raw`TB\d{3,4}W(?:-\d)?`],
    [
      'Mini Excavator',
      'alone',
      String.raw`TB(?:0\d{1,2}|1\d{2}|2\d{2})(?:R|FR|C|E|CR|S|RC|H|V4)?(?:-\d)?`,
    ],
    ['Excavator', 'medium', String.raw`TB(?:3[0-9]{2}|1[12]\d{2}|2[1-3]\d{2})[A-Z]{0,2}(?:-\d)?`],
    ['Mini Excavator', 'medium', String.raw`TB\d{2,4}[A-Z]{0,2}(?:-\d)?`],
    ['Compact Track Loader', 'medium', String.raw`TL\d{1,3}(?:[VR]?(?:-?\d)?|CR)?(?:-\d)?`],
    ['Skid Steer Loader', 'medium', String.raw`TS\d{2}[VR]?\d?`],
    ['Wheel Loader', 'medium', String.raw`TW\d{2,3}(?:-\d)?`],
    ['Site Dumper', 'medium', String.raw`TCR\d{2}(?:-\d)?`],
  ],
};
