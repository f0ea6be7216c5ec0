"""What `make run` is made of: preparing the database and files, and looking after the web server and the worker."""
