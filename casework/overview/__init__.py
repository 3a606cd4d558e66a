"""What all matters say together: whom they wait for, the digest and its mail, the year's figures."""
