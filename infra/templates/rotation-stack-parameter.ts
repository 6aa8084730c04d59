import * as patterns from './patterns.ts';

/** The parameter with which the stacks of users and clusters find the function. */
export const ROTATION_STACK = {
  RotationStack: {
    label: 'Name of the stack of rotation.template.json',
    type: 'String',
    description: 'The stack with the function, of the same account and Region.',
    allowedPattern: patterns.STACK,
    constraintDescription: 'must be the name of a stack',
  },
};
