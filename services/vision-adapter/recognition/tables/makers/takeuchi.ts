import type { Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Takeuchi',
  makes: ['Excavator', 'Loader', 'Site Dumper'],
  models: [
    ['Wheeled Excavator', 'strong', String.raw`TB\d{3}W`],
    ['Mini Excavator', 'alone', String.raw`TB(?:0\d{1,2}|1\d{2}|2\d{2})(?:R|FR|C|E|CR|S)?`],
    ['Excavator', 'medium', String.raw`TB(?:325|335|350|370|395|1[12]\d{2}|23\d{2})R?`],
    ['Mini Excavator', 'medium', String.raw`TB\d{2,4}[A-Z]{0,2}`],
    ['Compact Track Loader', 'medium', String.raw`TL\d{1,3}(?:[VR]?\d?|CR)?`],
    ['Skid Steer Loader', 'medium', String.raw`TS\d{2}[VR]?\d?`],
    ['Wheel Loader', 'medium', String.raw`TW\d{2,3}`],
    ['Site Dumper', 'medium', String.raw`TCR\d{2}(?:-\d)?`],
  ],
};
