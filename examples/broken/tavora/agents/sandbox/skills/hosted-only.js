// hosted-only: the hosted service has context, the runtime on your machine has not.
return { region: context('region') };
