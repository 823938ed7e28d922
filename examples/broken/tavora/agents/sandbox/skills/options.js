// primitive-arguments: choice needs the options to choose from.
return choice('Which size?');
