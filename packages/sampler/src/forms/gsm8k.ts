/** GSM8K: a worked answer whose last line is `#### NUMBER`, as the data set itself writes them. */
import { type Form, promptOf, workedShot } from './form.ts';

export const gsm8k: Form = {
  temperature: 0.6,
  topP: 1,
  maxTokens: 512,
  stop: ['\nQuestion:'],
  shots: 5,
  instruction:
    'Solve the problem step by step. Then end your answer with a line that has four number signs and the final number, ' +
    'such as: #### 42',
  question: promptOf,
  ask: (question) => `Question: ${question}\nAnswer:`,
  gap: ' ',
  end: '\n\n',
  shotOf: workedShot,
  own: [
    {
      question:
        'A bakery fills 14 trays with 12 rolls each. By noon it has sold 95 rolls. How many rolls are left?',
      answer:
        'The bakery fills the trays with 14 * 12 = <<14*12=168>>168 rolls.\n' +
        'After the morning 168 - 95 = <<168-95=73>>73 rolls are left.\n#### 73',
    },
    {
      question:
        'Ines rides her bicycle for 45 minutes each weekday and for 80 minutes on Saturday. On Sunday she rests. How many ' +
        'minutes does she ride in a week?',
      answer:
        'On weekdays she rides 5 * 45 = <<5*45=225>>225 minutes.\n' +
        'With Saturday that makes 225 + 80 = <<225+80=305>>305 minutes.\n#### 305',
    },
    {
      question:
        'A cinema sells tickets at $10, and at half that price to children. A family of two adults and three children goes ' +
        'to the cinema. How many dollars do their tickets cost?',
      answer:
        'A ticket for a child costs 10 / 2 = $<<10/2=5>>5.\n' +
        'The adults pay 2 * 10 = $<<2*10=20>>20.\n' +
        'The children pay 3 * 5 = $<<3*5=15>>15.\n' +
        'Together that is 20 + 15 = $<<20+15=35>>35.\n#### 35',
    },
    {
      question:
        'A water tank holds 1,200 liters and is one third full. A pump adds 40 liters a minute. After how many minutes is ' +
        'the tank full?',
      answer:
        'The tank has 1200 / 3 = <<1200/3=400>>400 liters in it.\n' +
        'It lacks 1200 - 400 = <<1200-400=800>>800 liters.\n' +
        'The pump needs 800 / 40 = <<800/40=20>>20 minutes for that.\n#### 20',
    },
    {
      question:
        'Omar is four times as old as his niece. In six years the two will be 57 years old together. How old is Omar now?',
      answer:
        'In six years both are six years older, so now they are 57 - 2 * 6 = <<57-2*6=45>>45 years old together.\n' +
        'If the niece is one part, Omar is four, which makes 4 + 1 = <<4+1=5>>5 parts.\n' +
        'One part is 45 / 5 = <<45/5=9>>9 years.\n' +
        'Omar is 4 * 9 = <<4*9=36>>36 years old.\n#### 36',
    },
  ],
};
