import { fullLine, type Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'XCMG',
  aliases: ['XCMG', '徐工', '徐工集团'],
  makes: [...fullLine, 'Crane', 'Asphalt Paver', 'Drilling Rig', 'Aerial Work Platform'],
  models: [
    ['Excavator', 'strong', String.raw`XE\d{2,4}(?:[A-Z]{1,3})?`],
    ['Wheel Loader', 'medium', String.raw`(?:LW|ZL|XC9)\d{2,3}[A-Z]{0,3}`],
    ['Motor Grader', 'medium', String.raw`GR\d{3,4}[A-Z]?`],
    ['Mobile Crane', 'medium', String.raw`(?:XCT|QY|XCA)\d{2,4}[A-Z]*`],
    ['Single Drum Roller', 'medium', String.raw`XS\d{3}[A-Z]?`],
    [
      'Mobile Crane',
      'medium',
      String.raw`(?:QY|XCT|XCA|XCR|XCL)\d{2,4}(?:[A-Z]{1,2}\d?)?(?:-I{1,2})?`,
    ],
    ['Tandem Roller', 'medium', String.raw`X(?:D|MR)\d{2,3}[A-Z]?`],
    ['Pneumatic Roller', 'medium', String.raw`XP\d{3}[A-Z]?`],
    ['Aerial Work Platform', 'medium', String.raw`X(?:GS|GA|G)\d{2,4}(?:AC|DC|[A-Z])?`],
    ['Crawler Crane', 'medium', String.raw`XGC\d{2,5}[A-Z]?`],
    ['Excavator', 'strong', String.raw`XE\d{2,4}[A-Z]{0,3}`],
    ['Skid Steer Loader', 'medium', String.raw`XC7-[A-Z]{2}\d{2}`],
  ],
};
