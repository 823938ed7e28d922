// endless-loop: nothing in it changes tries.
let tries = 0;
while (tries < 3) {
  log('Trying ' + args.id);
}
return tries;
