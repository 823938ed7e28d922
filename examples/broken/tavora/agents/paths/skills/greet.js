// The one that has the name.
return "Hello " + args.name;
