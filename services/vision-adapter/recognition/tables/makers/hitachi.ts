import { version, type Maker } from '../maker.ts';

export const maker: Maker = {
  name: 'Hitachi',
  aliases: ['Hitachi', '日立', '日立建機', '日立建机', 'Tata Hitachi', '히타치', 'Хитачи'],
  former: ['Fiat-Hitachi', 'Euclid'],
  makes: ['Excavator', 'Loader', 'Dump Truck', 'Roller', 'Crane'],
  models: [
    [
      'Mini Excavator',
      'medium',
      String.raw`(?:ZX|EX)(?:8|1[0-9]|2[0-9]|3[0-9]|4[0-9]|5[0-9]|60|65)(?:U|UR|USB|US|UNA|CLR|SR|A)*${version}`,
    ],
    [
      'Mini Excavator',
      'medium',
      String.raw`ZAXIS(8|1[0-9]|2[0-9]|3[0-9]|4[0-9]|5[0-9]|60|65)((?:U|US|USB|UNA)?)${version}`,
      'ZX$1$2$3',
    ],
    [
      'Wheeled Excavator',
      'strong',
      String.raw`ZX(?:85|95|130|140|145|150|160|170|180|190|210|220)W${version}`,
    ],
    [
      'Excavator',
      'alone',
      String.raw`ZX(?:7[0-9]|8[0-9]|9[0-9]|[1-9]\d{2})(?:LC|LCN|LCH|LCK|LCR|US|USB|USR|USLC|MT|MF|BH|H|K|L|N|R)*${version}`,
    ],
    ['Excavator', 'strong', String.raw`(ZX(?:[1-9]\d{2})(?:LC|LCN|LCH|LCK|US))(\d)`, '$1-$2'],
    [
      'Excavator',
      'strong',
      String.raw`ZAXIS(7[0-9]|8[0-9]|9[0-9]|[1-9]\d{2})((?:LC|LCN|US|USB|USLC|W|H|N)*)${version}`,
      'ZX$1$2$3',
    ],
    [
      'Excavator',
      'medium',
      String.raw`EX(?:7[0-9]|8[0-9]|9[0-9]|[1-8]\d{2,3})(?:LC|LCH|LCN|H|K|UR|US|E)*${version}`,
    ],
    ['Excavator', 'medium', String.raw`ZH2(?:00|10|50)(?:LC|LCN)?${version}`],
    ['Wheel Loader', 'alone', String.raw`ZW\d{2,3}(?:PL|P|L)?-[1-9][A-Z]?`],
    ['Wheel Loader', 'strong', String.raw`ZW(?:\d{2,3})(?:PL|P|L)?${version}`],
    ['Wheel Loader', 'medium', String.raw`LX(?:\d{2,3})(?:E|SL)?${version}`],
    ['Rigid Dump Truck', 'medium', String.raw`EH(?:[1-5]\d{3}|600|750)(?:AC)?${version}`],
    ['Crawler Crane', 'medium', String.raw`(?:SCX|KH)\d{2,4}${version}`],
    ['Wheeled Excavator', 'strong', String.raw`ZX\d{2,3}W${version}`],
    ['Tandem Roller', 'medium', String.raw`ZC\d{2}[CT]?${version}`],
    [
      'Excavator',
      'strong',
      String.raw`ZX(?:[7-9]\d|[1-9]\d{2})(?:X|MTH|MF|USK|USRK|LCP|HHE|A)${version}`,
    ],
    ['Rigid Dump Truck', 'medium', String.raw`EH\d{3,4}(?:AC(?:II|-?\d)?)?`],
    ['Excavator', 'medium', String.raw`EX\d{3,4}-\d[A-E]`],
    ['Wheel Loader', 'strong', String.raw`ZW\d{2,3}(?:HL|PT)${version}`],
  ],
};
