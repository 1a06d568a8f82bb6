"""Small experiments on the user's own kernel; the only room that opens sockets."""
