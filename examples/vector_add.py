import theano
import theano.tensor as T

# Define inputs
a = T.vector()
b = T.vector()

# Define computation graph
c = a + b

# Compile function
add_vectors = theano.function([a, b], c)

# Create input arrays
input_a = [1, 2, 3]
input_b = [4, 5, 6]

# Call the compiled function
result = add_vectors(input_a, input_b)
print(result)
