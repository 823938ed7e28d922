// primitive-not-promise: confirm answers at once.
return confirm('Shall I?').then((yes) => ({ yes }));
