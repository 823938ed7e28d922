// undefined-name: did you mean "message"?
const message = 'Hello ' + args.name;
return { text: mesage };
