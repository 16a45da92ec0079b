import { version, type Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Hyundai',
  aliases: ['Hyundai', '현대', '현대건설기계', '现代重工'],
  vehicles: /^(?:I[1-9]0N?|IX[2-5]5|IONIQ|KONA|TUCSON|SANTA|H-?1|H350)$/u,
  former: ['Halla'],
  makes: ['Excavator', 'Loader', 'Forklift', 'Roller'],
  models: [
    [
      'Mini Excavator',
      'medium',
      String.raw`(?:R|HX)(?:1[4-9]|2[0-9]|3[0-9]|4[0-9]|5[0-9]|60)(?:Z|A|AZ|CR)*${version}`,
    ],
    [
      'Wheeled Excavator',
      'medium',
      String.raw`(?:HW|R)(?:5[0-9]|1[0-9]{2}|2[0-9]{2})W?A?(?:CR)?${version}`,
    ],
    [
      'Excavator',
      'strong',
      String.raw`(?:HX|R|ROBEX)(?:[78]\d|[1-9]\d{2,3})(?:LC|NLC|LCR|LCM|L|A|AL|HD|S|T3)+${version}`,
    ],
    ['Excavator', 'medium', String.raw`HX(?:[78]\d|[1-9]\d{2})${version}`],
    ['Wheel Loader', 'medium', String.raw`HL\d{3}(?:A|XT|TM|CVT|S)*${version}`],
    ['Skid Steer Loader', 'medium', String.raw`HSL\d{3}[T]?${version}`],
    [
      'Excavator',
      'strong',
      String.raw`(?:R|RB|ROBEX|HX)(\d{2,4})(?:LC|NLC|LCR|LCM|L|AL|ALCR|NL|A|S|HD|CR|N|T3)*${version}`,
    ],
    ['Mini Excavator', 'medium', String.raw`HX\d{2}(?:A|AZ|ACR|Z|E)?`],
    ['Excavator', 'strong', String.raw`(HX\d{3,4}A?)(LCR|L|NL|CR|S|HD|LR)`, '$1 $2'],
    ['Mini Excavator', 'medium', String.raw`(HX\d{2}A?)(CR|Z)`, '$1 $2'],
    ['Wheeled Excavator', 'medium', String.raw`R\d{2,3}W${version}|HW\d{2,3}[AH]?(?:CR)?`],
    ['Wheeled Excavator', 'medium', String.raw`(HW\d{2,3}A?)(CR)`, '$1 $2'],
    ['Wheel Loader', 'medium', String.raw`HL\d{2,3}(?:A|XT|TM|CVT|S|HD|C)*${version}`],
    ['Wheel Loader', 'medium', String.raw`(HL\d{3}A?)(XT|TM|CVT|HD|XTR)`, '$1 $2'],
    ['Forklift', 'medium', String.raw`\d{2,3}[BDLG](?:-?[A-Z])?-\d[A-Z]{0,2}`],
  ],
};
